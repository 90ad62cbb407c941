// The files of the hub that this agent could have.
import { Badge, Button, Group, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { FileResource } from '@relevo/protocol';
import { IconCloudOff, IconDownload, IconFiles, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../http/api-error.ts';
import { useFormats } from '../language/formats.ts';
import { useErrorText } from '../look/error-text.ts';
import { Name } from '../look/name.tsx';
import { noticeDone, noticeRefused } from '../look/notices.ts';
import { Empty, Failed, LoadingRows } from '../look/states.tsx';
import { Surface } from '../look/surface.tsx';
import { heldFilesQuery, hubFilesQuery, useFetchFile } from './local-queries.ts';

const typingPauseMs = 200;

export function HubFiles({ isHubThere }: { isHubThere: boolean }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [query] = useDebouncedValue(search.trim(), typingPauseMs);
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    ...hubFilesQuery(query),
    enabled: isHubThere,
  });
  const { data: held = [] } = useQuery(heldFilesQuery);
  const files = data?.pages.flatMap((page) => page.files) ?? [];

  function content() {
    if (!isHubThere || (error instanceof ApiError && error.code === 'hub_unreachable'))
      return <Empty icon={<IconCloudOff />} title={t('agent.available_away')} />;
    if (isPending) return <LoadingRows rows={3} />;
    if (!data) return <Failed error={error} onRetry={() => void refetch()} />;
    if (files.length === 0) return <Empty icon={<IconFiles />} title={query === '' ? t('agent.available_none') : t('agent.available_none_found')} />;
    return (
      <Table highlightOnHover verticalSpacing="sm" horizontalSpacing="md" aria-label={t('agent.available')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('files.name')}</Table.Th>
            <Table.Th w={110} visibleFrom="sm">
              {t('files.size')}
            </Table.Th>
            <Table.Th w={140}>
              <VisuallyHidden>{t('actions.title')}</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {files.map((file) => (
            <HubFileRow key={file.id} file={file} isHeld={held.some(({ name, sha256 }) => name === file.name && sha256 === file.sha256)} />
          ))}
        </Table.Tbody>
      </Table>
    );
  }

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
      <Surface style={{ overflow: 'hidden' }}>{content()}</Surface>
      {hasNextPage && isHubThere && (
        <Group justify="center">
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('actions.more')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function HubFileRow({ file, isHeld }: { file: FileResource; isHeld: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const textOf = useErrorText();
  const fetching = useFetchFile();

  function fetchIt() {
    fetching.mutate(file, {
      onSuccess: () => noticeDone(t('agent.fetching', { name: file.name })),
      onError: (error) => noticeRefused(textOf(error)),
    });
  }

  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={500}>
          <Name>{file.name}</Name>
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {formats.bytes(file.size)}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
          {formats.bytes(file.size)}
        </Text>
      </Table.Td>
      <Table.Td ta="end">
        {isHeld ? (
          <Badge color="teal" tt="none">
            {t('agent.is_held')}
          </Badge>
        ) : (
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconDownload size={14} />}
            loading={fetching.isPending}
            onClick={fetchIt}
            aria-label={t('agent.fetch_named', { name: file.name })}
          >
            {t('agent.fetch')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
