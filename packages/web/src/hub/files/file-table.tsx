// The list of files, ordered by the hub.
import { ActionIcon, Box, Button, Group, Menu, Table, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import type { FileResource } from '@relevo/protocol';
import { IconArrowDown, IconArrowUp, IconDots, IconDownload, IconSend, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { useConfirmation } from '../../look/confirmation.tsx';
import { useErrorText } from '../../look/error-text.ts';
import { Name } from '../../look/name.tsx';
import { noticeDone, noticeRefused } from '../../look/notices.ts';
import { RelativeTime } from '../../look/relative-time.tsx';
import { contentPath, type FileSort, useDeleteFile } from './file-queries.ts';

interface FileTableProps {
  files: readonly FileResource[];
  sort: FileSort;
  onSort: (sort: FileSort) => void;
  onSend: (file: FileResource) => void;
}

export function FileTable({ files, sort, onSort, onSend }: FileTableProps) {
  const { t } = useTranslation();
  return (
    <Table highlightOnHover verticalSpacing="sm" horizontalSpacing="md" aria-label={t('navigation.files')}>
      <Table.Thead>
        <Table.Tr>
          <SortedHeader column="name" label={t('files.name')} sort={sort} onSort={onSort} />
          <SortedHeader column="size" label={t('files.size')} sort={sort} onSort={onSort} width={110} />
          <SortedHeader column="created_at" label={t('files.added')} sort={sort} onSort={onSort} width={160} visibleFrom="sm" />
          <Table.Th w={{ base: 60, sm: 250 }}>
            <VisuallyHidden>{t('actions.title')}</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {files.map((file) => (
          <FileRow key={file.id} file={file} onSend={onSend} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface SortedHeaderProps {
  column: 'name' | 'size' | 'created_at';
  label: string;
  sort: FileSort;
  onSort: (sort: FileSort) => void;
  width?: number;
  visibleFrom?: 'sm';
}

function SortedHeader({ column, label, sort, onSort, width, visibleFrom }: SortedHeaderProps) {
  const isAscending = sort === column;
  const isSorted = isAscending || sort === `-${column}`;
  return (
    <Table.Th w={width} visibleFrom={visibleFrom} aria-sort={isSorted ? (isAscending ? 'ascending' : 'descending') : 'none'}>
      <UnstyledButton fz="sm" fw={600} onClick={() => onSort(isAscending ? `-${column}` : column)}>
        <Group gap={4} wrap="nowrap">
          {label}
          <Box component="span" w={14} h={14} lh={0}>
            {isSorted && (isAscending ? <IconArrowUp size={14} aria-hidden /> : <IconArrowDown size={14} aria-hidden />)}
          </Box>
        </Group>
      </UnstyledButton>
    </Table.Th>
  );
}

function FileRow({ file, onSend }: { file: FileResource; onSend: (file: FileResource) => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const confirm = useConfirmation();
  const textOf = useErrorText();
  const deletion = useDeleteFile();

  function askToDelete() {
    confirm({
      title: t('files.delete_title'),
      text: t('files.delete_text', { name: file.name }),
      action: t('actions.delete'),
      onConfirm: () =>
        deletion.mutate(file, {
          onSuccess: () => noticeDone(t('files.deleted', { name: file.name })),
          onError: (error) => noticeRefused(textOf(error)),
        }),
    });
  }

  return (
    <Table.Tr opacity={deletion.isPending ? 0.5 : 1}>
      <Table.Td>
        <Text size="sm" fw={500} title={`SHA-256 ${file.sha256}`}>
          <Name>{file.name}</Name>
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          <RelativeTime iso={file.created_at} />
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm" style={{ whiteSpace: 'nowrap' }} title={t('files.exact_size', { bytes: formats.number(file.size) })}>
          {formats.bytes(file.size)}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" c="dimmed">
          <RelativeTime iso={file.created_at} />
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <Button size="compact-sm" variant="light" leftSection={<IconSend size={14} />} onClick={() => onSend(file)} visibleFrom="sm">
            {t('files.send')}
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
          <ActionIcon
            variant="subtle"
            color="red"
            visibleFrom="sm"
            onClick={askToDelete}
            aria-label={t('files.delete_named', { name: file.name })}
            title={t('actions.delete')}
          >
            <IconTrash size={18} />
          </ActionIcon>
          <Menu position="bottom-end" width={220}>
            <Menu.Target>
              <ActionIcon hiddenFrom="sm" variant="subtle" color="gray" aria-label={t('files.actions_of', { name: file.name })}>
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconSend size={16} />} onClick={() => onSend(file)}>
                {t('files.send')}
              </Menu.Item>
              <Menu.Item component="a" href={contentPath(file)} download={file.name} leftSection={<IconDownload size={16} />}>
                {t('actions.download')}
              </Menu.Item>
              <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={askToDelete}>
                {t('actions.delete')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
