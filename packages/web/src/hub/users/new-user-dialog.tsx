// Makes an account.
import type { Permission, User } from '@relevo/protocol';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../look/form-dialog.tsx';
import { PasswordField } from '../../look/password-field.tsx';
import { TextField } from '../../look/text-field.tsx';
import { RoleFields } from './role-fields.tsx';
import { useCreateUser } from './user-queries.ts';

const nameMax = 128;

export function NewUserDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const creation = useCreateUser();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<User['role']>('user');
  const [permissions, setPermissions] = useState<Permission[]>([]);

  return (
    <FormDialog
      title={t('users.add')}
      submit={t('users.create')}
      onSubmit={() => creation.mutateAsync({ name: name.trim(), email: email.trim(), password, role, permissions })}
      onClose={onClose}
      isPending={creation.isPending}
      error={creation.error}
    >
      <TextField label={t('users.name')} required maxLength={nameMax} hasFocus value={name} onChange={setName} />
      <TextField label={t('sign_in.email')} type="email" required autoComplete="off" value={email} onChange={setEmail} />
      <PasswordField label={t('sign_in.password')} autoComplete="new-password" value={password} onChange={setPassword} />
      <RoleFields role={role} onRole={setRole} permissions={permissions} onPermissions={setPermissions} />
    </FormDialog>
  );
}
