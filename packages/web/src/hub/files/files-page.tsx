// The files: drop anywhere, search, download, send, delete.
import { Button, FileButton, Group, Text, TextInput } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { useDebouncedValue } from '@mantine/hooks';
import type { FileResource } from '@relevo/protocol';
import { IconCloudUpload, IconFiles, IconSearch, IconUpload } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../look/page.tsx';
import { Empty } from '../../look/states.tsx';
import { useSelection } from '../../look/table/selection.ts';
import { DeliverDialog } from './deliver-dialog.tsx';
import { type FileSort, useFiles } from './file-queries.ts';
import { type FileActions, FileTable } from './file-table.tsx';
import { useUploads } from './uploads-context.tsx';
import { useFileDeletion } from './use-file-deletion.tsx';

const typingPauseMs = 200;

export function FilesPage() {
  const { t } = useTranslation();
  const uploads = useUploads();
  const [search, setSearch] = useState('');
  const [sort, setSort] = useState<FileSort>('-created_at');
  const [sending, setSending] = useState<FileResource>();
  const [query] = useDebouncedValue(search.trim(), typingPauseMs);
  const selection = useSelection();
  const { rows: files, ...asked } = useFiles(query, sort);
  const askToDelete = useFileDeletion();
  const actions = useMemo((): FileActions => ({ open: setSending, send: setSending, remove: askToDelete }), [askToDelete]);
  const empty =
    query === '' ? (
      <Empty icon={<IconCloudUpload />} title={t('files.none')} text={t('files.none_text')} />
    ) : (
      <Empty icon={<IconSearch />} title={t('files.none_found')} text={t('files.none_found_text')} />
    );

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
      <FileTable query={asked} files={files} empty={empty} sort={sort} onSort={setSort} selection={selection} actions={actions} />
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
