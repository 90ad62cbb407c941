// The operations, newest first: those that move, and those that ended.
import { Button, Group, SegmentedControl } from '@mantine/core';
import { useOperations } from '@relevo/progress/react';
import { type OperationState, operationStates } from '@relevo/protocol';
import { IconActivity } from '@tabler/icons-react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../look/page.tsx';
import { Empty, Failed, LoadingRows } from '../../look/states.tsx';
import { Surface } from '../../look/surface.tsx';
import { useMe } from '../session/session.ts';
import { OperationList } from './operation-list.tsx';
import { operationsQuery } from './operation-queries.ts';

export function OperationsPage() {
  const { t } = useTranslation();
  const me = useMe();
  const [state, setState] = useState<OperationState | 'all'>('all');
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    operationsQuery(state === 'all' ? undefined : state),
  );
  const live = useOperations();
  useRefreshOnNews(live.map(({ operation_id, state }) => `${operation_id} ${state}`).join('\n'));
  const operations = data?.pages.flatMap((page) => page.operations) ?? [];

  function content() {
    if (isPending) return <LoadingRows />;
    if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />;
    if (operations.length === 0) {
      return <Empty icon={<IconActivity />} title={t('operations.none')} {...(state === 'all' && { text: t('operations.none_text') })} />;
    }
    return <OperationList operations={operations} live={new Map(live.map((operation) => [operation.operation_id, operation]))} userId={me.id} />;
  }

  return (
    <Page title={t('navigation.operations')} description={t('operations.about')}>
      <SegmentedControl
        value={state}
        onChange={setState}
        aria-label={t('operations.filter')}
        data={[{ value: 'all' as const, label: t('operations.all') }, ...operationStates.map((value) => ({ value, label: t(`operations.state_${value}`) }))]}
        style={{ alignSelf: 'flex-start', maxWidth: '100%', overflowX: 'auto' }}
      />
      <Surface style={{ overflow: 'hidden' }}>{content()}</Surface>
      {hasNextPage && (
        <Group justify="center">
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('actions.more')}
          </Button>
        </Group>
      )}
    </Page>
  );
}

/** The list is asked for anew when an operation came or changed its state. */
function useRefreshOnNews(news: string): void {
  const queryClient = useQueryClient();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the news is the reason to ask
  useEffect(() => void queryClient.invalidateQueries({ queryKey: ['operations', 'list'] }), [news, queryClient]);
}
