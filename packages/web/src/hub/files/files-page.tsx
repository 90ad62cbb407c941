// The files: drop anywhere, search, look inside, send, delete; what is shown stands in the address.
import { Button } from '@mantine/core';
import type { FileResource } from '@relevo/protocol';
import { IconCloudUpload, IconSearch, IconSend, IconTrash } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { Page } from '../../look/page.tsx';
import { SearchInput } from '../../look/search-input.tsx';
import { SelectionBar } from '../../look/selection-bar.tsx';
import { Empty } from '../../look/states.tsx';
import { useChosenRows } from '../../look/table/chosen-rows.ts';
import { placeOf } from '../../look/table/row-source.ts';
import { useSelection } from '../../look/table/selection.ts';
import { DeliverDialog } from './deliver-dialog.tsx';
import { FileDrawer } from './file-drawer.tsx';
import { useFiles } from './file-queries.ts';
import { type FileActions, FileTable, fileKey } from './file-table.tsx';
import type { FilesSearch } from './files-search.ts';
import { UploadButton } from './upload-button.tsx';
import { useFileDeletion } from './use-file-deletion.tsx';

export function FilesPage() {
  const { t } = useTranslation();
  const formats = useFormats();
  const navigate = useNavigate({ from: '/files' });
  const { q: query = '', sort = '-created_at', file: openId } = useSearch({ from: '/files' });
  const [sending, setSending] = useState<readonly FileResource[]>([]);
  const selection = useSelection();
  const { letGo } = selection;
  const askToDelete = useFileDeletion();
  const { rows: files, query: asked } = useFiles(query, sort);
  const chosen = useChosenRows(selection.keys, files, fileKey);
  const opened = useMemo(() => (openId === undefined ? undefined : files?.at(placeOf(files, ({ id }) => id === openId))), [files, openId]);

  /** `replace`: not worth a step back. */
  const show = useMemo(
    () => (change: FilesSearch, replace: boolean) => void navigate({ search: (before) => ({ ...before, ...change }), replace, resetScroll: false }),
    [navigate],
  );

  function search(text: string) {
    selection.clear();
    show({ q: text || undefined }, true);
  }

  const actions = useMemo(
    (): FileActions => ({
      open: ({ id }) => show({ file: id }, false),
      send: (file) => setSending([file]),
      remove: (file) =>
        askToDelete([file], () => {
          letGo(file.id);
          show({ file: undefined }, true);
        }),
    }),
    [show, askToDelete, letGo],
  );
  const empty =
    query === '' ? (
      <Empty icon={<IconCloudUpload />} title={t('files.none')} text={t('files.none_text')} />
    ) : (
      <Empty icon={<IconSearch />} title={t('files.none_found')} text={t('files.none_found_text')} />
    );

  return (
    <Page title={t('navigation.files')} description={t('files.about')} actions={<UploadButton />}>
      <SearchInput label={t('files.search')} initial={query} onSearch={search} />
      <FileTable query={asked} files={files} empty={empty} sort={sort} onSort={(next) => show({ sort: next }, true)} selection={selection} actions={actions} />
      <SelectionBar count={chosen.length} sum={formats.bytes(chosen.reduce((sum, { size }) => sum + size, 0))} onClear={selection.clear}>
        <Button size="compact-sm" leftSection={<IconSend size={14} />} onClick={() => setSending(chosen)}>
          {t('files.send')}
        </Button>
        <Button size="compact-sm" variant="light" color="red" leftSection={<IconTrash size={14} />} onClick={() => askToDelete(chosen, selection.clear)}>
          {t('actions.delete')}
        </Button>
      </SelectionBar>
      <FileDrawer fileId={openId} known={opened} actions={actions} onClose={() => show({ file: undefined }, true)} />
      {sending.length > 0 && <DeliverDialog files={sending} onClose={() => setSending([])} />}
    </Page>
  );
}
