// The operations, newest first: those that move, and those that ended.
import { Group, SegmentedControl, Select } from '@mantine/core';
import { type OperationState, type OperationSummary, operationStates } from '@relevo/protocol';
import { IconActivity, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../../look/data-table.tsx';
import { Page } from '../../look/page.tsx';
import { SearchInput } from '../../look/search-input.tsx';
import { Empty } from '../../look/states.tsx';
import type { Column } from '../../look/table/columns.ts';
import { useMe } from '../session/session.ts';
import { FollowEverybody } from './live-operation.tsx';
import { OperationBegan, OperationOwner, OperationProgressCell, OperationStateCell, OperationTitle } from './operation-cells.tsx';
import { useKindText, useKnownKinds } from './operation-kind.ts';
import { useOperationNews } from './operation-news.ts';
import { operationsQuery } from './operation-queries.ts';

const newsOf = [['operations', 'list']] as const;

export function OperationsPage() {
  const { t } = useTranslation();
  const me = useMe();
  const isAdmin = me.role === 'admin';
  const { state, kind, query = '', whose } = useSearch({ from: '/operations' });
  const navigate = useNavigate({ from: '/operations' });
  const isEverybody = isAdmin && whose !== 'mine';
  const list = useInfiniteQuery(operationsQuery({ state, kind, query, userId: isAdmin && !isEverybody ? me.id : undefined }));
  useOperationNews(newsOf);
  const { data } = list;
  const rows = useMemo(() => data?.pages.flatMap(({ operations }) => operations), [data]);
  const columns = useColumns(isEverybody);
  const isFiltered = state !== undefined || kind !== undefined || query !== '';

  function filter(change: { state?: OperationState | undefined; kind?: string | undefined; query?: string | undefined; whose?: 'mine' | undefined }) {
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  }

  return (
    <Page title={t('navigation.operations')} description={t('operations.about')}>
      <Group gap="sm">
        <SearchInput label={t('operations.search')} initial={query} onSearch={(text) => filter({ query: text || undefined })} />
        <KindSelect value={kind} onChange={(value) => filter({ kind: value })} />
        {isAdmin && (
          <SegmentedControl
            aria-label={t('operations.whose')}
            value={isEverybody ? 'all' : 'mine'}
            onChange={(value) => filter({ whose: value === 'mine' ? 'mine' : undefined })}
            data={[
              { value: 'all', label: t('operations.everybody') },
              { value: 'mine', label: t('operations.mine') },
            ]}
          />
        )}
      </Group>
      <SegmentedControl
        value={state ?? 'all'}
        onChange={(value) => filter({ state: value === 'all' ? undefined : (value as OperationState) })}
        aria-label={t('operations.filter')}
        data={[{ value: 'all', label: t('operations.all') }, ...operationStates.map((value) => ({ value, label: t(`operations.states_${value}`) }))]}
        style={{ alignSelf: 'flex-start', flexWrap: 'wrap' }}
      />
      <FollowEverybody>
        <DataTable
          label={t('navigation.operations')}
          columns={columns}
          query={list}
          rows={rows}
          keyOf={keyOf}
          nameOf={titleOf}
          empty={
            isFiltered ? (
              <Empty icon={<IconSearch />} title={t('operations.none_found')} text={t('operations.none_found_text')} />
            ) : (
              <Empty icon={<IconActivity />} title={t('operations.none')} text={t('operations.none_text')} />
            )
          }
        />
      </FollowEverybody>
    </Page>
  );
}

function KindSelect({ value, onChange }: { value: string | undefined; onChange: (kind: string | undefined) => void }) {
  const { t } = useTranslation();
  const kindText = useKindText();
  const knownKinds = useKnownKinds();
  const kinds = value === undefined || knownKinds.some((kind) => kind === value) ? knownKinds : [...knownKinds, value];
  return (
    <Select
      aria-label={t('operations.kind')}
      placeholder={t('operations.kind_any')}
      clearable
      clearButtonProps={{ 'aria-label': t('operations.kind_any') }}
      value={value ?? null}
      onChange={(kind) => onChange(kind ?? undefined)}
      data={kinds.map((kind) => ({ value: kind, label: kindText(kind) }))}
      w={{ base: '100%', xs: 210 }}
    />
  );
}

function useColumns(hasOwner: boolean): readonly Column<OperationSummary>[] {
  const { t } = useTranslation();
  return useMemo(() => {
    const owner: Column<OperationSummary> = {
      id: 'owner',
      header: t('operations.owner'),
      width: 130,
      from: 'md',
      cell: ({ user_id }) => <OperationOwner userId={user_id} />,
    };
    return [
      { id: 'title', header: t('operations.title'), cell: (operation) => <OperationTitle operation={operation} /> },
      ...(hasOwner ? [owner] : []),
      { id: 'state', header: t('operations.filter'), width: 136, cell: (operation) => <OperationStateCell operation={operation} /> },
      { id: 'progress', header: t('operations.progress'), width: 210, cell: (operation) => <OperationProgressCell operation={operation} /> },
      { id: 'began', header: t('operations.began'), width: 148, from: 'md' as const, cell: ({ created_at }) => <OperationBegan iso={created_at} /> },
    ];
  }, [t, hasOwner]);
}

function keyOf({ user_id, operation_id }: OperationSummary): string {
  return `${user_id} ${operation_id}`;
}

function titleOf({ title, operation_id }: OperationSummary): string {
  return title || operation_id;
}
