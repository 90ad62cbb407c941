// Name, role and permissions of an account.
import type { User } from '@relevo/protocol';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { differences } from '../../http/differences.ts';
import { FormDialog } from '../../look/form-dialog.tsx';
import { TextField } from '../../look/text-field.tsx';
import { RoleFields } from './role-fields.tsx';
import { useChangeUser } from './user-queries.ts';

const nameMax = 128;

export function EditUserDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const change = useChangeUser();
  const [name, setName] = useState(user.name);
  const [role, setRole] = useState(user.role);
  const [permissions, setPermissions] = useState(user.role === 'admin' ? [] : user.permissions);
  const body = { name: name.trim(), role, permissions };
  const [opened] = useState(body);

  function submit() {
    const { permissions: granted, ...changes } = differences(opened, body);
    // What was granted before somebody became administrator stays granted, and is not seen here.
    return change.mutateAsync({ id: user.id, ...changes, ...(granted && role !== 'admin' && { permissions: granted }) });
  }

  return (
    <FormDialog
      title={t('users.edit')}
      submit={t('actions.save')}
      onSubmit={submit}
      onClose={onClose}
      isPending={change.isPending}
      error={change.error}
      isComplete={name.trim() !== ''}
    >
      <TextField label={t('users.name')} description={user.email} required maxLength={nameMax} hasFocus value={name} onChange={setName} />
      <RoleFields role={role} onRole={setRole} permissions={permissions} onPermissions={setPermissions} />
    </FormDialog>
  );
}
