// Makes an account.
import { Alert, Button, Group, Modal, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import type { Me } from '@relevo/protocol';
import { IconAlertCircle } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../look/error-text.ts';
import { useCreateUser } from './user-queries.ts';

export function NewUserDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const creation = useCreateUser();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Me['role']>('user');

  function submit(event: FormEvent) {
    event.preventDefault();
    creation.mutate({ name: name.trim(), email: email.trim(), password, role }, { onSuccess: onClose });
  }

  return (
    <Modal opened onClose={onClose} title={t('users.add')} closeButtonProps={{ 'aria-label': t('actions.close') }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={t('users.name')}
            required
            withAsterisk={false}
            maxLength={128}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={t('sign_in.email')}
            type="email"
            required
            withAsterisk={false}
            autoComplete="off"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label={t('sign_in.password')}
            required
            withAsterisk={false}
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('sign_in.show_password') }}
          />
          <Select
            label={t('users.role')}
            data={[
              { value: 'user' as const, label: t('users.role_user') },
              { value: 'admin' as const, label: t('users.role_admin') },
            ]}
            value={role}
            onChange={(value) => value && setRole(value)}
            allowDeselect={false}
          />
          {creation.error && (
            <Alert color="red" icon={<IconAlertCircle />} role="alert">
              {textOf(creation.error)}
            </Alert>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('actions.cancel')}
            </Button>
            <Button type="submit" loading={creation.isPending}>
              {t('users.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
