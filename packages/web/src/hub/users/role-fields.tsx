// The role of an account, and what it may beyond its own things.
import { Checkbox, Select, Stack } from '@mantine/core';
import { permissions as known, type Permission, type User } from '@relevo/protocol';
import { useTranslation } from 'react-i18next';
import { permissionTexts } from './permission-texts.ts';

interface RoleFieldsProps {
  role: User['role'];
  onRole: (role: User['role']) => void;
  permissions: readonly Permission[];
  onPermissions: (permissions: Permission[]) => void;
}

export function RoleFields({ role, onRole, permissions, onPermissions }: RoleFieldsProps) {
  const { t } = useTranslation();
  const isAdmin = role === 'admin';
  return (
    <>
      <Select
        label={t('users.role')}
        data={[
          { value: 'user' as const, label: t('users.role_user') },
          { value: 'admin' as const, label: t('users.role_admin') },
        ]}
        value={role}
        onChange={(value) => value && onRole(value)}
        allowDeselect={false}
      />
      <Checkbox.Group
        label={t('users.permissions')}
        description={isAdmin ? t('users.admin_has_all') : t('users.permissions_about')}
        value={isAdmin ? [...known] : [...permissions]}
        onChange={(values) => onPermissions(known.filter((permission) => values.includes(permission)))}
      >
        <Stack gap="xs" mt={6}>
          {known.map((permission) => (
            <Checkbox key={permission} value={permission} label={t(permissionTexts[permission])} disabled={isAdmin} />
          ))}
        </Stack>
      </Checkbox.Group>
    </>
  );
}
