// Another password: the reader stays signed in here, and is signed out everywhere else.
import { Button, Group, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { noticeDone } from '../../look/notices.ts';
import { PasswordField } from '../../look/password-field.tsx';
import { Refusal } from '../../look/refusal.tsx';
import { useMe } from '../session/session.ts';
import { useChangePassword } from './account-queries.ts';
import { AccountSection } from './account-section.tsx';

export function PasswordSection() {
  const { t } = useTranslation();
  const { email } = useMe();
  const change = useChangePassword(() => noticeDone(t('account.password_changed')));
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');

  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate(
      { currentPassword, newPassword },
      {
        onSuccess: () => {
          setCurrent('');
          setNew('');
        },
      },
    );
  }

  return (
    <AccountSection title={t('sign_in.password')} text={t('account.password_about')}>
      <form onSubmit={submit} aria-label={t('sign_in.password')}>
        <Stack gap="md">
          {/* Tells password managers whose password changes. */}
          <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
          <PasswordField label={t('account.current_password')} autoComplete="current-password" value={currentPassword} onChange={setCurrent} />
          <PasswordField label={t('account.new_password')} autoComplete="new-password" value={newPassword} onChange={setNew} />
          {change.error && <Refusal error={change.error} />}
          <Group>
            <Button type="submit" loading={change.isPending} disabled={currentPassword === '' || newPassword === ''}>
              {t('account.change_password')}
            </Button>
          </Group>
        </Stack>
      </form>
    </AccountSection>
  );
}
