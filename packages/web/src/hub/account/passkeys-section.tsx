// Passkeys: the devices that sign in without a password.
import { Button, Group, Menu, Skeleton, Stack, Text } from '@mantine/core';
import type { Passkey } from '@relevo/protocol';
import { IconFingerprint, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConfirmation } from '../../look/confirmation.tsx';
import { FormDialog } from '../../look/form-dialog.tsx';
import { Name } from '../../look/name.tsx';
import { noticeDone } from '../../look/notices.ts';
import { PasswordField } from '../../look/password-field.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { RowMenu } from '../../look/row-menu.tsx';
import { TextField } from '../../look/text-field.tsx';
import { useTold } from '../../look/told.ts';
import { hasPasskeys, PasskeyCancelled } from '../session/passkey-sign-in.ts';
import { securityQuery, useAddPasskey, useDeletePasskey, useRenamePasskey } from './account-queries.ts';
import { AccountSection } from './account-section.tsx';

const nameMax = 128;

export function PasskeysSection() {
  const { t } = useTranslation();
  const { data } = useQuery(securityQuery);
  const [isAdding, setAdding] = useState(false);
  return (
    <AccountSection title={t('account.passkeys')} text={t('account.passkeys_about')}>
      <Stack gap="md" align="flex-start">
        {!data && <Skeleton h={36} w={180} />}
        {data && data.passkeys.length > 0 && (
          <Stack component="ul" gap={0} m={0} mt={-8} p={0} w="100%" className="relevo-rows" aria-label={t('account.passkeys')}>
            {data.passkeys.map((passkey) => (
              <PasskeyRow key={passkey.id} passkey={passkey} />
            ))}
          </Stack>
        )}
        {hasPasskeys() ? (
          <Button variant="default" leftSection={<IconFingerprint size={18} />} onClick={() => setAdding(true)}>
            {t('account.passkey_add')}
          </Button>
        ) : (
          <Text size="sm" c="dimmed">
            {t('account.passkeys_unsupported')}
          </Text>
        )}
      </Stack>
      {isAdding && <AddDialog onClose={() => setAdding(false)} />}
    </AccountSection>
  );
}

function PasskeyRow({ passkey: { id, name, created_at, last_used_at } }: { passkey: Passkey }) {
  const { t } = useTranslation();
  const confirm = useConfirmation();
  const told = useTold();
  const removal = useDeletePasskey();
  const [isRenaming, setRenaming] = useState(false);

  function askToRemove() {
    confirm({
      title: t('account.passkey_remove_title'),
      text: t('account.passkey_remove_text', { name }),
      action: t('account.passkey_remove'),
      onConfirm: () => void told(removal.mutateAsync(id)),
    });
  }

  return (
    <Group component="li" justify="space-between" wrap="nowrap" py="xs">
      <Stack gap={0} miw={0}>
        <Text size="sm" fw={500}>
          <Name>{name}</Name>
        </Text>
        <Text size="xs" c="dimmed">
          {t('account.added')} <RelativeTime iso={created_at} /> · {last_used_at ? t('account.last_used') : t('account.never_used')}{' '}
          {last_used_at && <RelativeTime iso={last_used_at} />}
        </Text>
      </Stack>
      <RowMenu label={t('account.actions_of', { name })} width={180}>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setRenaming(true)}>
          {t('account.rename')}
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={askToRemove}>
          {t('account.passkey_remove')}
        </Menu.Item>
      </RowMenu>
      {isRenaming && <RenameDialog id={id} name={name} onClose={() => setRenaming(false)} />}
    </Group>
  );
}

function AddDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const addition = useAddPasskey();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');

  async function add() {
    await addition.mutateAsync({ name: name.trim(), password });
    noticeDone(t('account.passkey_added'));
  }

  return (
    <FormDialog
      title={t('account.passkey_add')}
      submit={t('account.next')}
      onSubmit={add}
      onClose={onClose}
      isPending={addition.isPending}
      error={addition.error instanceof PasskeyCancelled ? null : addition.error}
      isComplete={name.trim() !== '' && password !== ''}
    >
      <Text size="sm">{t('account.passkey_add_text')}</Text>
      <NameField value={name} onChange={setName} />
      <PasswordField label={t('account.current_password')} autoComplete="current-password" value={password} onChange={setPassword} />
    </FormDialog>
  );
}

function RenameDialog({ id, name: before, onClose }: { id: string; name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const renaming = useRenamePasskey();
  const [name, setName] = useState(before);
  return (
    <FormDialog
      title={t('account.rename')}
      submit={t('actions.save')}
      onSubmit={() => renaming.mutateAsync({ id, name: name.trim() })}
      onClose={onClose}
      isPending={renaming.isPending}
      error={renaming.error}
      isComplete={name.trim() !== ''}
    >
      <NameField value={name} onChange={setName} />
    </FormDialog>
  );
}

function NameField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  return (
    <TextField
      label={t('account.passkey_name')}
      placeholder={t('account.passkey_name_example')}
      required
      autoComplete="off"
      maxLength={nameMax}
      hasFocus
      value={value}
      onChange={onChange}
    />
  );
}
