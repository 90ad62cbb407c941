// Who is signed in, language and theme, and the way out.
import { Avatar, Box, Group, Menu, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconChevronRight, IconKey, IconLogout, IconUserCog } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Name } from '../../look/name.tsx';
import { PreferenceItems } from '../../look/preference-items.tsx';
import { useTold } from '../../look/told.ts';
import { useMe, useSignOut } from '../session/session.ts';
import { EndNoticesItem } from './end-notices-item.tsx';

export function AccountMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const told = useTold();
  const signOut = useSignOut();
  return (
    <Menu position="top-start" width={240}>
      <Menu.Target>
        <UnstyledButton w="100%" p={6}>
          <VisuallyHidden>{t('account.menu')}</VisuallyHidden>
          <Group gap="sm" wrap="nowrap">
            <Avatar name={me.name || me.email} color="relay" radius="xl" size={34} aria-hidden />
            <Box flex={1} miw={0}>
              <Text size="sm" fw={500} truncate>
                <Name>{me.name || me.email}</Name>
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {t(`users.role_${me.role}`)}
              </Text>
            </Box>
            <IconChevronRight size={16} aria-hidden />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Name>{me.email}</Name>
        </Menu.Label>
        <Menu.Item leftSection={<IconUserCog size={16} />} renderRoot={(props) => <Link to="/account" {...props} />}>
          {t('account.title')}
        </Menu.Item>
        <Menu.Item leftSection={<IconKey size={16} />} renderRoot={(props) => <Link to="/api-keys" {...props} />}>
          {t('navigation.api_keys')}
        </Menu.Item>
        <Menu.Divider />
        <PreferenceItems />
        <EndNoticesItem />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void told(signOut.mutateAsync())} disabled={signOut.isPending}>
          {t('account.sign_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
