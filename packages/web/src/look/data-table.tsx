// The table of both interfaces: any number of rows, ordered by the server, chosen with mouse or keyboard, and cards on a phone.
import { Alert, Button, Group, Skeleton, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { type ReactNode, useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from './error-text.ts';
import { Failed } from './states.tsx';
import { Surface } from './surface.tsx';
import { type Column, type Shown, tracks, useShownColumns } from './table/columns.ts';
import { roles } from './table/roles.ts';
import { arraySource, isSource, type RowSource } from './table/row-source.ts';
import type { Selection } from './table/selection.ts';
import { CardsHead, TableHead } from './table/table-head.tsx';
import type { TableQuery } from './table/table-query.ts';
import { TableRows } from './table/table-rows.tsx';
import { useTold } from './told.ts';

interface DataTableProps<Row> {
  /** What the table is called. */
  label: string;
  /** Made once, outside of the component or with useMemo: rows are drawn again when it changes. */
  columns: readonly Column<Row>[];
  query: TableQuery;
  /** Undefined until the first answer. */
  rows: readonly Row[] | RowSource<Row> | undefined;
  /** What a row is told apart by. Made once. */
  keyOf: (row: Row) => string;
  /** What a row is called, where it is chosen. */
  nameOf?: (row: Row) => string;
  /** What stands there when there are no rows. */
  empty: ReactNode;
  sort?: string;
  onSort?: (sort: string) => void;
  /** From useSelection, where rows can be chosen. */
  selection?: Selection;
  /** Enter on a row, where rows can be chosen. */
  onOpen?: (row: Row) => void;
}

const rowsWhileLoading = 6;
/** A refresh that takes longer is shown. */
const slowRefreshMs = 600;

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, query, rows, keyOf, empty, sort, onSort, selection, onOpen, nameOf = keyOf } = props;
  const { t } = useTranslation();
  const told = useTold();
  const shown = useShownColumns(columns);
  const template = tracks(shown.columns, selection !== undefined);
  const isRefreshing = query.isFetching && rows !== undefined && !query.isFetchingNextPage;
  const [isSlow] = useDebouncedValue(isRefreshing, slowRefreshMs);
  const { hasNextPage = false, isFetchingNextPage = false, isFetchNextPageError = false, isFetching, fetchNextPage } = query;
  const onNearEnd = useCallback(() => {
    if (hasNextPage && !isFetching && !isFetchNextPageError) fetchNextPage?.();
  }, [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);
  const source = useMemo(() => rows && (isSource(rows) ? rows : arraySource(rows)), [rows]);
  const keys = selection?.keys;
  const chosen = useMemo(() => source && keys && chosenOf(source, keys, keyOf), [source, keys, keyOf]);

  if (source === undefined) {
    return (
      <Surface className="relevo-surface relevo-table">
        {query.error ? <Failed error={query.error} onRetry={() => void query.refetch()} /> : <LoadingTable shown={shown} template={template} label={label} />}
      </Surface>
    );
  }
  if (source.count === 0 && !query.isPlaceholderData) {
    return (
      <Surface className="relevo-surface relevo-table">
        <Stale query={query} />
        {empty}
      </Surface>
    );
  }
  const chooseAll = () => void told(source.load(0, source.count - 1), (all) => selection?.touchAll(all.map(keyOf)));
  const head = { columns: shown.columns, sort, onSort, chosen, onChooseAll: chooseAll };
  return (
    <Surface className="relevo-surface relevo-table">
      <Stale query={query} />
      {shown.isCards && <CardsHead {...head} />}
      <table
        {...(selection ? roles.grid : roles.table)}
        className="relevo-table-grid"
        aria-label={label}
        aria-rowcount={hasNextPage ? -1 : source.count + 1}
        aria-busy={isRefreshing && (isSlow || query.isPlaceholderData)}
        data-other={query.isPlaceholderData || undefined}
      >
        {shown.isCards ? <NamesOnly columns={shown.columns} isSelectable={selection !== undefined} /> : <TableHead {...head} template={template} />}
        <TableRows
          source={source}
          keyOf={keyOf}
          nameOf={nameOf}
          columns={shown.columns}
          template={template}
          isCards={shown.isCards}
          selection={selection}
          onOpen={onOpen}
          onChooseAll={chooseAll}
          onNearEnd={onNearEnd}
        />
      </table>
      {hasNextPage && (
        <Group justify="center" px="md" h={56}>
          {isFetchNextPageError ? (
            <Button variant="default" size="xs" onClick={() => void fetchNextPage?.()} loading={isFetchingNextPage}>
              {t('actions.try_again')}
            </Button>
          ) : (
            <Text size="sm" c="dimmed" role="status">
              {t('table.loading_more')}
            </Text>
          )}
        </Group>
      )}
    </Surface>
  );
}

/** How many of all rows are chosen; rows that are not here can be told only when all are. */
function chosenOf<Row>(source: RowSource<Row>, keys: ReadonlySet<string>, keyOf: (row: Row) => string): 'none' | 'some' | 'all' {
  if (keys.size === 0) return 'none';
  let here = 0;
  let chosen = 0;
  for (const [, row] of source.loaded()) {
    here += 1;
    if (keys.has(keyOf(row))) chosen += 1;
  }
  if (chosen === 0) return 'none';
  return chosen === here && keys.size >= source.count ? 'all' : 'some';
}

/** Says that the rows are not the newest, and what can be done about it. */
function Stale({ query }: { query: TableQuery }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  if (query.error && !query.isFetchNextPageError) {
    return (
      <Alert color="yellow" radius={0} p="xs" icon={<IconAlertTriangle />} role="status">
        <Group justify="space-between" gap="sm">
          <Text size="sm">{t('table.not_refreshed', { reason: textOf(query.error) })}</Text>
          <Button size="compact-sm" variant="default" loading={query.isFetching} onClick={() => void query.refetch()}>
            {t('actions.try_again')}
          </Button>
        </Group>
      </Alert>
    );
  }
  if (!query.isOutdated) return null;
  return (
    <Group justify="space-between" px="md" py="xs" gap="sm" role="status">
      <Text size="sm">{t('table.outdated')}</Text>
      <Button
        size="compact-sm"
        variant="light"
        leftSection={<IconRefresh size={14} />}
        onClick={() => {
          scrollTo({ top: 0 });
          query.startOver?.();
        }}
      >
        {t('table.start_over')}
      </Button>
    </Group>
  );
}

/** Bars where the rows will be, as high as they will be. */
function LoadingTable<Row>({ shown, template, label }: { shown: Shown<Row>; template: string; label: string }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={`${label}: ${t('states.loading')}`}>
      {!shown.isCards && <div className="relevo-table-columns" style={{ gridTemplateColumns: template }} />}
      {Array.from({ length: rowsWhileLoading }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bars without identity
        <div key={index} className="relevo-table-bar" data-cards={shown.isCards || undefined}>
          <Skeleton height={14} width={`${65 - ((index * 17) % 40)}%`} radius="sm" />
        </div>
      ))}
    </div>
  );
}

/** Cards have no header to be seen; who cannot see them is told the columns all the same. */
function NamesOnly<Row>({ columns, isSelectable }: { columns: readonly Column<Row>[]; isSelectable: boolean }) {
  const { t } = useTranslation();
  return (
    <thead {...roles.group} className="relevo-table-names">
      <tr {...roles.row} aria-rowindex={1}>
        {isSelectable && <th {...roles.columnHeader}>{t('table.choice')}</th>}
        {columns.map(({ id, header }) => (
          <th key={id} {...roles.columnHeader}>
            {header}
          </th>
        ))}
      </tr>
    </thead>
  );
}
