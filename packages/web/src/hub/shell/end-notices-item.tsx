// Turns notices of ended operations on and off, in the menu of the account.
import { Menu } from '@mantine/core';
import { IconBell, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useEndNotices } from './end-notices.ts';

export function EndNoticesItem() {
  const { t } = useTranslation();
  const notices = useEndNotices();
  if (!notices) return null;
  return (
    <Menu.Item
      leftSection={<IconBell size={16} />}
      rightSection={notices.isOn && <IconCheck size={14} aria-label={t('preferences.chosen')} />}
      onClick={() => void notices.toggle()}
    >
      {t('notices.ask')}
    </Menu.Item>
  );
}
