// The reader's API keys: what programs sign in with on their behalf.
import { Badge, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { AskFirstButton } from '../../look/ask-first-button.tsx';
import { DataTable } from '../../look/data-table.tsx';
import { Name } from '../../look/name.tsx';
import { noticeDone } from '../../look/notices.ts';
import { Page } from '../../look/page.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { Empty } from '../../look/states.tsx';
import type { Column } from '../../look/table/columns.ts';
import { useTold } from '../../look/told.ts';
import { type ApiKey, apiKeysQuery, useDeleteApiKey } from './admin-queries.ts';
import { NewApiKeyDialog } from './new-api-key-dialog.tsx';

const keyOf = ({ id }: ApiKey) => id;

export function ApiKeysPage() {
  const { t } = useTranslation();
  const query = useQuery(apiKeysQuery);
  const [isCreating, { open, close }] = useDisclosure(false);
  const columns = useMemo(
    (): Column<ApiKey>[] => [
      { id: 'name', header: t('api_keys.name'), cell: (key) => <KeyName apiKey={key} /> },
      { id: 'scopes', header: t('api_keys.scopes'), width: '1.2fr', from: 'md', cell: ({ scopes }) => <Scopes scopes={scopes} /> },
      { id: 'used', header: t('api_keys.last_used'), width: 150, cell: ({ last_used_at }) => <Moment iso={last_used_at} none={t('api_keys.never')} /> },
      {
        id: 'expires',
        header: t('api_keys.expires'),
        width: 150,
        from: 'md',
        cell: ({ expires_at }) => <Moment iso={expires_at} none={t('api_keys.no_end')} />,
      },
      { id: 'actions', header: t('actions.title'), width: 120, align: 'end', card: 'actions', cell: (key) => <DeleteKey apiKey={key} /> },
    ],
    [t],
  );
  return (
    <Page
      title={t('navigation.api_keys')}
      description={t('api_keys.about')}
      actions={
        <Button leftSection={<IconPlus size={18} />} onClick={open}>
          {t('api_keys.add')}
        </Button>
      }
    >
      <DataTable
        label={t('navigation.api_keys')}
        columns={columns}
        query={query}
        rows={query.data}
        keyOf={keyOf}
        empty={<Empty icon={<IconKey />} title={t('api_keys.none')} text={t('api_keys.none_text')} />}
      />
      {isCreating && <NewApiKeyDialog onClose={close} />}
    </Page>
  );
}

function KeyName({ apiKey: { name, start, expires_at } }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const isOver = expires_at !== null && Date.parse(expires_at) <= Date.now();
  return (
    <>
      <Group gap="xs">
        <Text size="sm" fw={500}>
          <Name>{name}</Name>
        </Text>
        {isOver && (
          <Badge size="sm" color="red" tt="none">
            {t('api_keys.expired')}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed" ff="monospace">
        {start}…
      </Text>
    </>
  );
}

function Scopes({ scopes }: { scopes: ApiKey['scopes'] }) {
  const { t } = useTranslation();
  if (scopes === null) {
    return (
      <Text size="sm" c="dimmed">
        {t('api_keys.all')}
      </Text>
    );
  }
  return (
    <Group gap={4}>
      {scopes.map((scope) => (
        <Badge key={scope} size="sm" color="gray" tt="none">
          {t(`api_keys.scope_${scope}`)}
        </Badge>
      ))}
    </Group>
  );
}

/** A time, or what its absence means. */
function Moment({ iso, none }: { iso: string | null; none: string }) {
  return (
    <Text size="sm" c="dimmed">
      {iso === null ? none : <RelativeTime iso={iso} />}
    </Text>
  );
}

function DeleteKey({ apiKey: { id, name } }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const told = useTold();
  const deletion = useDeleteApiKey();
  const onConfirm = () => void told(deletion.mutateAsync(id), () => noticeDone(t('api_keys.deleted', { name })));
  return (
    <AskFirstButton
      question={{ title: t('api_keys.delete_title'), text: t('api_keys.delete_text', { name }), action: t('actions.delete'), onConfirm }}
      label={t('api_keys.delete_named', { name })}
      isPending={deletion.isPending}
    />
  );
}
