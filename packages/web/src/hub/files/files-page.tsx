// The files: drop anywhere, search, download, send, delete.
import { Button, FileButton, Group, Text, TextInput } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { useDebouncedValue } from '@mantine/hooks';
import type { FileResource } from '@relevo/protocol';
import { IconCloudUpload, IconFiles, IconSearch, IconUpload } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../look/page.tsx';
import { Empty, Failed, LoadingRows } from '../../look/states.tsx';
import { Surface } from '../../look/surface.tsx';
import { DeliverDialog } from './deliver-dialog.tsx';
import { type FileSort, filesQuery } from './file-queries.ts';
import { FileTable } from './file-table.tsx';
import { useUploads } from './uploads-context.tsx';

const typingPauseMs = 200;

export function FilesPage() {
  const { t } = useTranslation();
  const uploads = useUploads();
  const [search, setSearch] = useState('');
  const [sort, setSort] = useState<FileSort>('-created_at');
  const [sending, setSending] = useState<FileResource>();
  const [query] = useDebouncedValue(search.trim(), typingPauseMs);
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(filesQuery(query, sort));
  const files = data?.pages.flatMap((page) => page.files) ?? [];

  function content() {
    if (isPending) return <LoadingRows />;
    if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />;
    if (files.length === 0 && query !== '') return <Empty icon={<IconSearch />} title={t('files.none_found')} text={t('files.none_found_text')} />;
    if (files.length === 0) return <Empty icon={<IconCloudUpload />} title={t('files.none')} text={t('files.none_text')} />;
    return <FileTable files={files} sort={sort} onSort={setSort} onSend={setSending} />;
  }

  return (
    <Page
      title={t('navigation.files')}
      description={t('files.about')}
      actions={
        <FileButton multiple onChange={(chosen) => uploads.add(chosen)} inputProps={{ 'aria-label': t('files.choose') }}>
          {(props) => (
            <Button leftSection={<IconUpload size={18} />} {...props}>
              {t('files.upload')}
            </Button>
          )}
        </FileButton>
      }
    >
      <TextInput
        type="search"
        aria-label={t('files.search')}
        placeholder={t('files.search')}
        leftSection={<IconSearch size={16} />}
        maw={360}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <Surface style={{ overflow: 'hidden' }}>{content()}</Surface>
      {hasNextPage && (
        <Group justify="center">
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('actions.more')}
          </Button>
        </Group>
      )}
      <Dropzone.FullScreen onDrop={(dropped) => uploads.add(dropped)} inputProps={{ 'aria-hidden': true, tabIndex: -1 }}>
        <Group justify="center" gap="md" mih="80vh" style={{ pointerEvents: 'none' }}>
          <IconFiles size={48} stroke={1.4} />
          <Text fz="xl" fw={600}>
            {t('files.drop')}
          </Text>
        </Group>
      </Dropzone.FullScreen>
      {sending && <DeliverDialog file={sending} onClose={() => setSending(undefined)} />}
    </Page>
  );
}
