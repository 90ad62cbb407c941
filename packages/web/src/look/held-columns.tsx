// The columns of files that lie on an agent: the same on its own page and on the hub's.
import { Text } from '@mantine/core';
import type { HeldFile } from '@relevo/protocol';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { FileSize } from './file-size.tsx';
import { Name } from './name.tsx';
import { RelativeTime } from './relative-time.tsx';
import type { Column } from './table/columns.ts';

export const heldKey = ({ name }: HeldFile) => name;

/** What a file is called, and how large it is. */
export function nameAndSize<File extends { name: string; size: number }>(t: TFunction): Column<File>[] {
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
  ];
}

export function heldColumns(t: TFunction, actions: { width: number; cell: (file: HeldFile) => ReactNode }): Column<HeldFile>[] {
  return [
    ...nameAndSize<HeldFile>(t),
    {
      id: 'received',
      header: t('files.received'),
      width: 150,
      cell: ({ received_at }) => (
        <Text size="sm" c="dimmed">
          <RelativeTime iso={received_at} />
        </Text>
      ),
    },
    { id: 'actions', header: t('actions.title'), align: 'end', card: 'actions', ...actions },
  ];
}
