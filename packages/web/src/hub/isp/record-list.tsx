// The page of a list of records: search, add, change, delete; what the records are is the caller's.
import { Button, Menu } from '@mantine/core';
import { IconPencil, IconPlus, IconSearch, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Confirmation, useConfirmation } from '../../look/confirmation.tsx';
import { DataTable } from '../../look/data-table.tsx';
import { noticeDone } from '../../look/notices.ts';
import { Page } from '../../look/page.tsx';
import { RowMenu } from '../../look/row-menu.tsx';
import { SearchInput } from '../../look/search-input.tsx';
import { Empty } from '../../look/states.tsx';
import type { Column } from '../../look/table/columns.ts';
import type { RowSource } from '../../look/table/row-source.ts';
import type { TableQuery } from '../../look/table/table-query.ts';
import { useTold } from '../../look/told.ts';
import { useMay } from '../session/permissions.ts';

interface RecordListProps<Row> {
  title: string;
  about: string;
  /** The word on the button that makes one. */
  add: string;
  searchLabel: string;
  search: string;
  onSearch: (text: string) => void;
  query: TableQuery;
  rows: readonly Row[] | RowSource<Row> | undefined;
  /** Made once; the actions come after them. */
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  nameOf: (row: Row) => string;
  sort?: string;
  onSort?: (sort: string) => void;
  /** What stands there while there are none at all. */
  none: ReactNode;
  /** Made once: what is asked before one is deleted, and how it is. */
  questionOf: (name: string) => Omit<Confirmation, 'onConfirm'>;
  remove: (row: Row) => Promise<unknown>;
  /** The dialog that changes `record`, or makes a new one without. */
  dialog: (record: Row | undefined, onClose: () => void) => ReactNode;
}

export function RecordList<Row>(props: RecordListProps<Row>) {
  const { title, about, add, searchLabel, search, onSearch, query, rows, columns, keyOf, nameOf, sort, onSort, none, questionOf, remove, dialog } = props;
  const { t } = useTranslation();
  const mayWrite = useMay('isp:write');
  const confirm = useConfirmation();
  const told = useTold();
  const [edited, setEdited] = useState<{ record: Row | undefined }>();

  const withActions = useMemo((): readonly Column<Row>[] => {
    if (!mayWrite) return columns;
    function askToDelete(row: Row) {
      const name = nameOf(row);
      confirm({ ...questionOf(name), onConfirm: () => void told(remove(row), () => noticeDone(t('isp.deleted', { name }))) });
    }
    const actions = (row: Row) => (
      <RowMenu label={t('isp.actions_of', { name: nameOf(row) })} width={180}>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setEdited({ record: row })}>
          {t('isp.edit')}
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={() => askToDelete(row)}>
          {t('actions.delete')}
        </Menu.Item>
      </RowMenu>
    );
    return [...columns, { id: 'actions', header: t('actions.title'), width: 44, align: 'end', card: 'actions', cell: actions }];
  }, [t, mayWrite, confirm, told, columns, nameOf, questionOf, remove]);

  return (
    <Page
      title={title}
      description={about}
      actions={
        mayWrite && (
          <Button leftSection={<IconPlus size={18} />} onClick={() => setEdited({ record: undefined })}>
            {add}
          </Button>
        )
      }
    >
      <SearchInput label={searchLabel} onSearch={onSearch} />
      <DataTable
        label={title}
        columns={withActions}
        query={query}
        rows={rows}
        keyOf={keyOf}
        nameOf={nameOf}
        {...(sort !== undefined && { sort })}
        {...(onSort && { onSort })}
        empty={search === '' ? none : <Empty icon={<IconSearch />} title={t('isp.none_found')} text={t('isp.none_found_text')} />}
      />
      {edited && dialog(edited.record, () => setEdited(undefined))}
    </Page>
  );
}
