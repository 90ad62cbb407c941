// What an administrator can do with an account.
import { Menu } from '@mantine/core';
import type { User } from '@relevo/protocol';
import { IconKey, IconLock, IconLockOpen, IconPencil, IconShieldOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConfirmation } from '../../look/confirmation.tsx';
import { noticeDone } from '../../look/notices.ts';
import { RowMenu } from '../../look/row-menu.tsx';
import { useTold } from '../../look/told.ts';
import { useMe } from '../session/session.ts';
import { EditUserDialog } from './edit-user-dialog.tsx';
import { ResetPasswordDialog } from './reset-password-dialog.tsx';
import { useChangeUser, useResetSecondFactors } from './user-queries.ts';

export function UserMenu({ user }: { user: User }) {
  const { t } = useTranslation();
  const me = useMe();
  const confirm = useConfirmation();
  const told = useTold();
  const change = useChangeUser();
  const reset = useResetSecondFactors();
  const [open, setOpen] = useState<'edit' | 'password'>();
  const close = () => setOpen(undefined);
  const setDisabled = (disabled: boolean) => void told(change.mutateAsync({ id: user.id, disabled }));

  function askToDisable() {
    confirm({
      title: t('users.disable_title'),
      text: t('users.disable_text', { name: user.email }),
      action: t('users.disable'),
      onConfirm: () => setDisabled(true),
    });
  }

  function askToReset() {
    confirm({
      title: t('users.reset_two_factor_title'),
      text: t('users.reset_two_factor_text', { name: user.email }),
      action: t('users.reset_two_factor'),
      onConfirm: () => void told(reset.mutateAsync(user.id), () => noticeDone(t('users.two_factor_was_reset', { name: user.email }))),
    });
  }

  return (
    <>
      <RowMenu label={t('users.actions_of', { name: user.email })} width={240}>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setOpen('edit')}>
          {t('users.edit')}
        </Menu.Item>
        <Menu.Item leftSection={<IconKey size={16} />} onClick={() => setOpen('password')}>
          {t('users.reset_password')}
        </Menu.Item>
        <Menu.Item leftSection={<IconShieldOff size={16} />} onClick={askToReset}>
          {t('users.reset_two_factor')}
        </Menu.Item>
        {user.id !== me.id && <Menu.Divider />}
        {user.id !== me.id && user.disabled && (
          <Menu.Item leftSection={<IconLockOpen size={16} />} onClick={() => setDisabled(false)}>
            {t('users.enable')}
          </Menu.Item>
        )}
        {user.id !== me.id && !user.disabled && (
          <Menu.Item leftSection={<IconLock size={16} />} color="red" onClick={askToDisable}>
            {t('users.disable')}
          </Menu.Item>
        )}
      </RowMenu>
      {open === 'edit' && <EditUserDialog user={user} onClose={close} />}
      {open === 'password' && <ResetPasswordDialog user={user} onClose={close} />}
    </>
  );
}
