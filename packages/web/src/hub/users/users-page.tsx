// The accounts of this hub, for administrators.
import { Badge, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { User } from '@relevo/protocol';
import { IconPlus, IconShieldCheck, IconUsers } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../../look/data-table.tsx';
import { Name } from '../../look/name.tsx';
import { Page } from '../../look/page.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { Empty } from '../../look/states.tsx';
import type { Column } from '../../look/table/columns.ts';
import { NotAllowed } from '../session/not-allowed.tsx';
import { useMe } from '../session/session.ts';
import { NewUserDialog } from './new-user-dialog.tsx';
import { permissionTexts } from './permission-texts.ts';
import { UserMenu } from './user-menu.tsx';
import { usersQuery } from './user-queries.ts';

const keyOf = ({ id }: User) => String(id);

export function UsersPage() {
  return useMe().role === 'admin' ? <Users /> : <NotAllowed />;
}

function Users() {
  const { t } = useTranslation();
  const [isCreating, { open, close }] = useDisclosure(false);
  const query = useInfiniteQuery(usersQuery);
  const users = useMemo(() => query.data?.pages.flatMap((page) => page.users), [query.data]);
  const columns = useMemo(
    (): Column<User>[] => [
      { id: 'name', header: t('users.name'), cell: (user) => <UserName user={user} /> },
      { id: 'role', header: t('users.role'), width: 220, cell: (user) => <Standing user={user} /> },
      { id: 'permissions', header: t('users.permissions'), width: 220, from: 'lg', cell: (user) => <Permissions user={user} /> },
      {
        id: 'since',
        header: t('users.since'),
        width: 140,
        from: 'md',
        cell: ({ created_at }) => (
          <Text size="sm" c="dimmed">
            <RelativeTime iso={created_at} />
          </Text>
        ),
      },
      { id: 'actions', header: t('actions.title'), width: 64, align: 'end', card: 'actions', cell: (user) => <UserMenu user={user} /> },
    ],
    [t],
  );
  return (
    <Page
      title={t('navigation.users')}
      description={t('users.about')}
      actions={
        <Button leftSection={<IconPlus size={18} />} onClick={open}>
          {t('users.add')}
        </Button>
      }
    >
      <DataTable
        label={t('navigation.users')}
        columns={columns}
        query={query}
        rows={users}
        keyOf={keyOf}
        empty={<Empty icon={<IconUsers />} title={t('users.none')} />}
      />
      {isCreating && <NewUserDialog onClose={close} />}
    </Page>
  );
}

function UserName({ user: { name, email, id } }: { user: User }) {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <>
      <Text size="sm" fw={500}>
        <Name>{name || email}</Name>
        {id === me.id && (
          <Text span size="sm" c="dimmed">
            {' '}
            · {t('users.you')}
          </Text>
        )}
      </Text>
      <Text size="xs" c="dimmed">
        <Name>{email}</Name>
      </Text>
    </>
  );
}

function Standing({ user: { role, disabled, two_factor } }: { user: User }) {
  const { t } = useTranslation();
  return (
    <Group gap={6}>
      <Badge color={role === 'admin' ? 'relay' : 'gray'} tt="none">
        {t(`users.role_${role}`)}
      </Badge>
      {two_factor && (
        <Badge color="teal" tt="none" leftSection={<IconShieldCheck size={12} aria-hidden />} title={t('account.two_factor')}>
          {t('users.two_factor')}
        </Badge>
      )}
      {disabled && (
        <Badge color="red" tt="none">
          {t('users.disabled')}
        </Badge>
      )}
    </Group>
  );
}

function Permissions({ user: { role, permissions } }: { user: User }) {
  const { t } = useTranslation();
  const text = role === 'admin' ? t('users.all_permissions') : permissions.map((permission) => t(permissionTexts[permission])).join(', ');
  return (
    <Text size="sm" c="dimmed">
      {text || t('users.no_permissions')}
    </Text>
  );
}
