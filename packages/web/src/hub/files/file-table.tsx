// The list of files, ordered by the hub.
import { ActionIcon, Anchor, Button, Group, Menu, Text } from '@mantine/core';
import type { FileResource } from '@relevo/protocol';
import { IconDownload, IconInfoCircle, IconSend, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../../look/data-table.tsx';
import { FileSize } from '../../look/file-size.tsx';
import { Name } from '../../look/name.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { RowMenu } from '../../look/row-menu.tsx';
import type { Column } from '../../look/table/columns.ts';
import type { RowSource } from '../../look/table/row-source.ts';
import type { Selection } from '../../look/table/selection.ts';
import type { TableQuery } from '../../look/table/table-query.ts';
import { contentPath, type FileSort, isFileSort } from './file-queries.ts';

export interface FileActions {
  open: (file: FileResource) => void;
  send: (file: FileResource) => void;
  remove: (file: FileResource) => void;
}

interface FileTableProps {
  query: TableQuery;
  files: RowSource<FileResource> | undefined;
  empty: ReactNode;
  sort: FileSort;
  onSort: (sort: FileSort) => void;
  selection: Selection;
  actions: FileActions;
}

export const fileKey = ({ id }: FileResource) => id;
const fileName = ({ name }: FileResource) => name;

export function FileTable({ query, files, empty, sort, onSort, selection, actions }: FileTableProps) {
  const { t } = useTranslation();
  const columns = useMemo(
    (): Column<FileResource>[] => [
      { id: 'name', header: t('files.name'), sortKey: 'name', cell: (file) => <FileName file={file} onOpen={actions.open} /> },
      { id: 'size', header: t('files.size'), sortKey: 'size', width: 110, cell: (file) => <FileSize bytes={file.size} /> },
      { id: 'added', header: t('files.added'), sortKey: 'created_at', width: 150, cell: (file) => <FileAge file={file} /> },
      { id: 'actions', header: t('actions.title'), width: 160, align: 'end', card: 'actions', cell: (file) => <FileButtons file={file} actions={actions} /> },
    ],
    [t, actions],
  );
  return (
    <DataTable
      label={t('navigation.files')}
      columns={columns}
      query={query}
      rows={files}
      keyOf={fileKey}
      nameOf={fileName}
      empty={empty}
      sort={sort}
      onSort={(next) => isFileSort(next) && onSort(next)}
      selection={selection}
      onOpen={actions.open}
    />
  );
}

function FileName({ file, onOpen }: { file: FileResource; onOpen: (file: FileResource) => void }) {
  return (
    <Anchor component="button" type="button" size="sm" fw={500} ta="start" c="inherit" underline="hover" onClick={() => onOpen(file)}>
      <Name>{file.name}</Name>
    </Anchor>
  );
}

function FileAge({ file }: { file: FileResource }) {
  return (
    <Text size="sm" c="dimmed">
      <RelativeTime iso={file.created_at} />
    </Text>
  );
}

function FileButtons({ file, actions }: { file: FileResource; actions: FileActions }) {
  const { t } = useTranslation();
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <Button
        size="compact-sm"
        variant="light"
        leftSection={<IconSend size={14} />}
        onClick={() => actions.send(file)}
        visibleFrom="sm"
        aria-label={t('files.send')}
        title={t('files.send')}
      >
        {t('deliver.send')}
      </Button>
      <ActionIcon
        component="a"
        href={contentPath(file)}
        download={file.name}
        variant="subtle"
        color="gray"
        visibleFrom="sm"
        aria-label={t('files.download_named', { name: file.name })}
        title={t('actions.download')}
      >
        <IconDownload size={18} />
      </ActionIcon>
      <RowMenu label={t('files.actions_of', { name: file.name })} width={220}>
        <Menu.Item leftSection={<IconInfoCircle size={16} />} onClick={() => actions.open(file)}>
          {t('files.details')}
        </Menu.Item>
        <Menu.Item leftSection={<IconSend size={16} />} onClick={() => actions.send(file)}>
          {t('files.send')}
        </Menu.Item>
        <Menu.Item component="a" href={contentPath(file)} download={file.name} leftSection={<IconDownload size={16} />}>
          {t('actions.download')}
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={() => actions.remove(file)}>
          {t('actions.delete')}
        </Menu.Item>
      </RowMenu>
    </Group>
  );
}
