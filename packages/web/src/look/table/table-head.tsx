// The header of a table: what each column is, and by which the server orders; on a phone a choice above the cards.
import { Box, Checkbox, Group, NativeSelect, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Column, directionOf, nextSort } from './columns.ts';
import { roles } from './roles.ts';

interface TableHeadProps<Row> {
  columns: readonly Column<Row>[];
  template: string;
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
  /** How many rows are chosen; undefined where none can be. */
  chosen: 'none' | 'some' | 'all' | undefined;
  onChooseAll: () => void;
}

export function TableHead<Row>({ columns, template, sort, onSort, chosen, onChooseAll }: TableHeadProps<Row>) {
  const { t } = useTranslation();
  return (
    <thead {...roles.group} className="relevo-table-head">
      <tr {...roles.row} aria-rowindex={1} className="relevo-table-columns" style={{ gridTemplateColumns: template }}>
        {chosen !== undefined && (
          <th {...roles.columnHeader} className="relevo-table-cell">
            <Checkbox
              size="xs"
              aria-label={t('table.choose_all')}
              checked={chosen === 'all'}
              indeterminate={chosen === 'some'}
              onChange={onChooseAll}
              styles={{ input: { cursor: 'pointer' } }}
            />
          </th>
        )}
        {columns.map(({ id, header, sortKey, align, card }) => (
          <th
            key={id}
            {...roles.columnHeader}
            className="relevo-table-cell"
            data-align={align}
            {...(sortKey !== undefined && onSort && { 'aria-sort': directionOf(sort, sortKey) })}
          >
            {sortKey !== undefined && onSort ? (
              <UnstyledButton fz="sm" fw={600} onClick={() => onSort(nextSort(sort, sortKey))}>
                <Group gap={4} wrap="nowrap">
                  {header}
                  <Box component="span" w={14} h={14} lh={0}>
                    {sort === sortKey && <IconArrowUp size={14} aria-hidden />}
                    {sort === `-${sortKey}` && <IconArrowDown size={14} aria-hidden />}
                  </Box>
                </Group>
              </UnstyledButton>
            ) : card === 'actions' ? (
              <VisuallyHidden>{header}</VisuallyHidden>
            ) : (
              header
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** The same for cards: the names of the columns for who cannot see, and one choice of the order. */
export function CardsHead<Row>({ columns, sort, onSort, chosen, onChooseAll }: Omit<TableHeadProps<Row>, 'template'>) {
  const { t } = useTranslation();
  const orders = columns.flatMap(({ header, sortKey }) =>
    sortKey === undefined
      ? []
      : [
          { value: sortKey, label: t('table.ascending', { column: header }) },
          { value: `-${sortKey}`, label: t('table.descending', { column: header }) },
        ],
  );
  const hasOrders = onSort !== undefined && orders.length > 0;
  return (
    <>
      {(hasOrders || chosen !== undefined) && (
        <Group className="relevo-table-tools" justify="space-between" wrap="nowrap" px="md" py="xs">
          {chosen !== undefined && (
            <Checkbox size="sm" label={t('table.choose_all')} checked={chosen === 'all'} indeterminate={chosen === 'some'} onChange={onChooseAll} />
          )}
          {hasOrders && (
            <NativeSelect size="xs" aria-label={t('table.order')} data={orders} value={sort ?? ''} onChange={(event) => onSort(event.currentTarget.value)} />
          )}
        </Group>
      )}
    </>
  );
}
