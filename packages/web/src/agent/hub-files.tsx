// The files of the hub that this agent could have.
import { Badge, Button, Stack } from '@mantine/core';
import type { FileResource, HeldFile } from '@relevo/protocol';
import { IconCloudOff, IconDownload, IconFiles } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../http/api-error.ts';
import { DataTable } from '../look/data-table.tsx';
import { nameAndSize } from '../look/held-columns.tsx';
import { noticeDone } from '../look/notices.ts';
import { SearchInput } from '../look/search-input.tsx';
import { Empty } from '../look/states.tsx';
import { Surface } from '../look/surface.tsx';
import type { Column } from '../look/table/columns.ts';
import { useTold } from '../look/told.ts';
import { heldFilesQuery, useFetchFile, useHubFiles } from './local-queries.ts';

export function HubFiles({ isHubThere }: { isHubThere: boolean }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const { rows: files, ...asked } = useHubFiles(query, isHubThere);
  const { data: held } = useQuery(heldFilesQuery);
  const columns = useMemo(() => hubFileColumns(t, held ?? []), [t, held]);
  const isAway = !isHubThere || (asked.error instanceof ApiError && asked.error.code === 'hub_unreachable');
  const empty = <Empty icon={<IconFiles />} title={query === '' ? t('agent.available_none') : t('agent.available_none_found')} />;

  return (
    <Stack gap="sm">
      <SearchInput label={t('agent.search')} onSearch={setQuery} disabled={!isHubThere} />
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
    ...nameAndSize<FileResource>(t),
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
