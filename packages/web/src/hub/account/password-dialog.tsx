// Asks for the password before something that a page left open must not do.
import { Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../look/form-dialog.tsx';
import { PasswordField } from '../../look/password-field.tsx';

interface PasswordDialogProps {
  title: string;
  text: string;
  submit: string;
  mutation: { mutateAsync: (password: string) => Promise<unknown>; isPending: boolean; error: unknown };
  onClose: () => void;
  /** Something else comes in its place when it is done. */
  staysOpen?: boolean;
}

export function PasswordDialog({ title, text, submit, mutation, onClose, staysOpen = false }: PasswordDialogProps) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  return (
    <FormDialog
      title={title}
      submit={submit}
      onSubmit={() => mutation.mutateAsync(password)}
      onClose={onClose}
      staysOpen={staysOpen}
      isPending={mutation.isPending}
      error={mutation.error}
      isComplete={password !== ''}
    >
      <Text size="sm">{text}</Text>
      <PasswordField label={t('account.current_password')} autoComplete="current-password" value={password} onChange={setPassword} hasFocus />
    </FormDialog>
  );
}
