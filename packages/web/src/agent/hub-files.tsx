// The files of the hub that this agent could have.
import { Badge, Button, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { FileResource, HeldFile } from '@relevo/protocol';
import { IconCloudOff, IconDownload, IconFiles, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../http/api-error.ts';
import { DataTable } from '../look/data-table.tsx';
import { FileSize } from '../look/file-size.tsx';
import { Name } from '../look/name.tsx';
import { noticeDone } from '../look/notices.ts';
import { Empty } from '../look/states.tsx';
import { Surface } from '../look/surface.tsx';
import type { Column } from '../look/table/columns.ts';
import { useTold } from '../look/told.ts';
import { heldFilesQuery, useFetchFile, useHubFiles } from './local-queries.ts';

const typingPauseMs = 200;

export function HubFiles({ isHubThere }: { isHubThere: boolean }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [query] = useDebouncedValue(search.trim(), typingPauseMs);
  const { rows: files, ...asked } = useHubFiles(query, isHubThere);
  const { data: held } = useQuery(heldFilesQuery);
  const columns = useMemo(() => hubFileColumns(t, held ?? []), [t, held]);
  const isAway = !isHubThere || (asked.error instanceof ApiError && asked.error.code === 'hub_unreachable');
  const empty = <Empty icon={<IconFiles />} title={query === '' ? t('agent.available_none') : t('agent.available_none_found')} />;

  return (
    <Stack gap="sm">
      <TextInput
        type="search"
        aria-label={t('agent.search')}
        placeholder={t('agent.search')}
        leftSection={<IconSearch size={16} />}
        maw={360}
        disabled={!isHubThere}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {isAway ? (
        <Surface>
          <Empty icon={<IconCloudOff />} title={t('agent.available_away')} />
        </Surface>
      ) : (
        <DataTable label={t('agent.available')} columns={columns} query={asked} rows={files} keyOf={keyOf} empty={empty} />
      )}
    </Stack>
  );
}

const keyOf = ({ id }: FileResource) => id;

function hubFileColumns(t: TFunction, held: readonly HeldFile[]): Column<FileResource>[] {
  const isHeld = (file: FileResource) => held.some(({ name, sha256 }) => name === file.name && sha256 === file.sha256);
  return [
    {
      id: 'name',
      header: t('files.name'),
      cell: ({ name }) => (
        <Text size="sm" fw={500}>
          <Name>{name}</Name>
        </Text>
      ),
    },
    { id: 'size', header: t('files.size'), width: 110, cell: ({ size }) => <FileSize bytes={size} /> },
    {
      id: 'actions',
      header: t('actions.title'),
      width: 140,
      align: 'end',
      card: 'actions',
      cell: (file) =>
        isHeld(file) ? (
          <Badge color="teal" tt="none">
            {t('agent.is_held')}
          </Badge>
        ) : (
          <FetchButton file={file} />
        ),
    },
  ];
}

function FetchButton({ file }: { file: FileResource }) {
  const { t } = useTranslation();
  const told = useTold();
  const fetching = useFetchFile();
  return (
    <Button
      size="compact-sm"
      variant="light"
      leftSection={<IconDownload size={14} />}
      loading={fetching.isPending}
      onClick={() => void told(fetching.mutateAsync(file), () => noticeDone(t('agent.fetching', { name: file.name })))}
      aria-label={t('agent.fetch_named', { name: file.name })}
    >
      {t('agent.fetch')}
    </Button>
  );
}
