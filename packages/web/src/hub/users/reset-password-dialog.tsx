// A new password for somebody who lost theirs; it is passed on by other ways.
import { Text } from '@mantine/core';
import type { User } from '@relevo/protocol';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../look/form-dialog.tsx';
import { noticeDone } from '../../look/notices.ts';
import { PasswordField } from '../../look/password-field.tsx';
import { useChangeUser } from './user-queries.ts';

export function ResetPasswordDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const change = useChangeUser();
  const [password, setPassword] = useState('');

  async function reset() {
    await change.mutateAsync({ id: user.id, password });
    noticeDone(t('users.password_was_reset', { name: user.email }));
  }

  return (
    <FormDialog
      title={t('users.reset_password')}
      submit={t('users.reset_password')}
      onSubmit={reset}
      onClose={onClose}
      isPending={change.isPending}
      error={change.error}
      isComplete={password !== ''}
    >
      <Text size="sm" className="relevo-name">
        {t('users.reset_password_text', { name: user.email })}
      </Text>
      <PasswordField label={t('account.new_password')} autoComplete="new-password" value={password} onChange={setPassword} hasFocus />
    </FormDialog>
  );
}
