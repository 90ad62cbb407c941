// The accounts of this hub, for administrators.
import { Badge, Button, Group, Table, Text, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { User } from '@relevo/protocol';
import { IconLock, IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useConfirmation } from '../../look/confirmation.tsx';
import { useErrorText } from '../../look/error-text.ts';
import { Name } from '../../look/name.tsx';
import { noticeRefused } from '../../look/notices.ts';
import { Page } from '../../look/page.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { Empty, Failed, LoadingRows } from '../../look/states.tsx';
import { Surface } from '../../look/surface.tsx';
import { useMe } from '../session/session.ts';
import { NewUserDialog } from './new-user-dialog.tsx';
import { useChangeUser, usersQuery } from './user-queries.ts';

export function UsersPage() {
  const { t } = useTranslation();
  const { role } = useMe();
  if (role !== 'admin') return <Empty icon={<IconLock />} title={t('users.not_allowed')} text={t('users.not_allowed_text')} />;
  return <Users />;
}

function Users() {
  const { t } = useTranslation();
  const [isCreating, { open, close }] = useDisclosure(false);
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(usersQuery);
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
      <Surface style={{ overflow: 'hidden' }}>
        {isPending && <LoadingRows />}
        {error && !data && <Failed error={error} onRetry={() => void refetch()} />}
        {data && <UserTable users={data.pages.flatMap((page) => page.users)} />}
      </Surface>
      {hasNextPage && (
        <Group justify="center">
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('actions.more')}
          </Button>
        </Group>
      )}
      {isCreating && <NewUserDialog onClose={close} />}
    </Page>
  );
}

function UserTable({ users }: { users: readonly User[] }) {
  const { t } = useTranslation();
  return (
    <Table highlightOnHover verticalSpacing="sm" horizontalSpacing="md" aria-label={t('navigation.users')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('users.name')}</Table.Th>
          <Table.Th w={150}>{t('users.role')}</Table.Th>
          <Table.Th w={160} visibleFrom="sm">
            {t('users.since')}
          </Table.Th>
          <Table.Th w={130}>
            <VisuallyHidden>{t('actions.title')}</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {users.map((user) => (
          <UserRow key={user.id} user={user} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function UserRow({ user }: { user: User }) {
  const { t } = useTranslation();
  const me = useMe();
  const confirm = useConfirmation();
  const textOf = useErrorText();
  const change = useChangeUser();

  function setDisabled(disabled: boolean) {
    change.mutate({ id: user.id, disabled }, { onError: (error) => noticeRefused(textOf(error)) });
  }

  function askToDisable() {
    confirm({
      title: t('users.disable_title'),
      text: t('users.disable_text', { name: user.email }),
      action: t('users.disable'),
      onConfirm: () => setDisabled(true),
    });
  }

  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={500}>
          <Name>{user.name || user.email}</Name>
        </Text>
        <Text size="xs" c="dimmed">
          <Name>{user.email}</Name>
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={6}>
          <Badge color={user.role === 'admin' ? 'relay' : 'gray'} tt="none">
            {t(`users.role_${user.role}`)}
          </Badge>
          {user.disabled && (
            <Badge color="red" tt="none">
              {t('users.disabled')}
            </Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" c="dimmed">
          <RelativeTime iso={user.created_at} />
        </Text>
      </Table.Td>
      <Table.Td ta="end">
        {user.id !== me.id && (
          <Button
            size="compact-sm"
            variant="subtle"
            color={user.disabled ? 'relay' : 'red'}
            loading={change.isPending}
            onClick={user.disabled ? () => setDisabled(false) : askToDisable}
          >
            {user.disabled ? t('users.enable') : t('users.disable')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
