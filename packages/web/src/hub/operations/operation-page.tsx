// One operation, live: whatever the moment one comes, its page shows where it stands, and goes on from there.
import { Group } from '@mantine/core';
import { useThrottledValue } from '@mantine/hooks';
import { useOperation } from '@relevo/progress/react';
import { isEnded, type OperationResource } from '@relevo/protocol';
import { IconQuestionMark } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Name } from '../../look/name.tsx';
import { Page } from '../../look/page.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { agentsQuery } from '../agents/agent-queries.ts';
import { useStepName } from '../isp/removal/step-name.ts';
import { useMe } from '../session/session.ts';
import { OperationsOf } from '../shell/live-operations.tsx';
import { OneThing } from '../shell/one-thing.tsx';
import { Elapsed } from './elapsed.tsx';
import { mergeOperation, type ShownOperation, type ShownStep } from './merged-operation.ts';
import { OperationActions } from './operation-actions.tsx';
import { isIspKind, useKindText } from './operation-kind.ts';
import { OperationLink } from './operation-link.tsx';
import { historyQuery, operationQuery } from './operation-queries.ts';
import { OperationStateBadge } from './operation-state.tsx';
import { EndedBecause, OperationSummaryCard, RateChart } from './operation-summary.tsx';
import { hubUserId, useOwnerName } from './owner-names.ts';
import { StepTimeline } from './step-timeline.tsx';

export function OperationPage() {
  const { t } = useTranslation();
  const me = useMe();
  const { operationId } = useParams({ from: '/operations/$operationId' });
  const { user } = useSearch({ from: '/operations/$operationId' });
  const query = useQuery(operationQuery(operationId, user));
  return (
    <OneThing
      back={{ to: '/operations', label: t('navigation.operations') }}
      query={query}
      thing={query.data}
      unknown={{ icon: <IconQuestionMark />, title: t('operations.unknown'), text: t('operations.unknown_text') }}
    >
      {(kept) => {
        const key = `${kept.user_id} ${kept.operation_id}`;
        if (kept.user_id === me.id) return <LiveOperation key={key} kept={kept} />;
        if (kept.user_id === hubUserId) return <ShownAs key={key} operation={mergeOperation(kept, unheard)} />;
        return (
          <OperationsOf key={key} userId={kept.user_id}>
            <LiveOperation kept={kept} />
          </OperationsOf>
        );
      }}
    </OneThing>
  );
}

/** The hub's own work is watched by nobody: it is asked for again until it has ended. */
const unheard = { operation_id: '', state: 'pending', kind: '', title: '', seq: 0, timestamp: null, steps: [], event: null, refusal: null } as const;

/** While it runs its rates are asked for this often, milliseconds. */
const ratesEveryMs = 1000;

function LiveOperation({ kept }: { kept: OperationResource }) {
  const live = useOperation(kept.operation_id);
  return <ShownAs operation={useMemo(() => mergeOperation(kept, live), [kept, live])} />;
}

function ShownAs({ operation }: { operation: ShownOperation }) {
  const kindText = useKindText();
  const { data: agents } = useQuery(agentsQuery);
  const { operation_id, user_id, title, state, steps, message } = operation;
  const isOpen = !isEnded(state);
  const { data: history, refetch } = useQuery({ ...historyQuery(operation_id, user_id), refetchInterval: isOpen ? ratesEveryMs : false });
  useTimings(operation);
  // The last of the rates, and what was begun to retry it, are there after the end.
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current && !isOpen) void refetch();
    wasOpen.current = isOpen;
  }, [isOpen, refetch]);

  const stepName = useStepName();
  const isIsp = isIspKind(operation.kind);
  const names = useMemo(() => new Map(agents?.map(({ id, name }) => [id, name])), [agents]);
  const nameOf = useCallback(
    ({ step, title }: ShownStep) => title ?? names.get(/^(?:deliver|delete):(.+)$/.exec(step)?.[1] ?? '') ?? (isIsp ? stepName(step) : step),
    [names, stepName, isIsp],
  );

  return (
    <Page
      title={title || operation_id}
      description={<Facts operation={operation} kind={kindText(operation.kind)} />}
      actions={<OperationActions operation={operation} />}
    >
      {history && (history.retry_of !== null || history.retried_by.length > 0) && (
        <Retries userId={user_id} retryOf={history.retry_of} retriedBy={history.retried_by} />
      )}
      {message !== undefined && message !== '' && <EndedBecause message={message} />}
      {steps.length > 0 && <OperationSummaryCard operation={operation} />}
      {history?.rates && history.rates.rates.length > 2 && <RateChart rates={history.rates} />}
      <StepTimeline operation={operation} nameOf={nameOf} />
    </Page>
  );
}

/** The hub keeps when each step began and ended: it is asked again when one did, the less often the more there are. */
function useTimings({ operation_id, state, steps }: ShownOperation): void {
  const queryClient = useQueryClient();
  const news = useMemo(() => `${state} ${steps.reduce((sum, { status }) => sum * 31 + status.length, 7) % 1e9}`, [state, steps]);
  const throttled = useThrottledValue(news, 500 + steps.length * 2);
  const known = useRef(news);
  useEffect(() => {
    if (known.current === throttled) return;
    known.current = throttled;
    void queryClient.invalidateQueries({ queryKey: ['operations', 'one', operation_id] });
  }, [throttled, operation_id, queryClient]);
}

function Facts({ operation, kind }: { operation: ShownOperation; kind: string }) {
  const { t } = useTranslation();
  const me = useMe();
  const owner = useOwnerName(operation.user_id);
  return (
    <Group gap="md" mt={6}>
      <span role="status">
        <OperationStateBadge state={operation.state} />
      </span>
      {kind && <span>{kind}</span>}
      <span>
        {operation.user_id === me.id ? t('operations.asked_by_you') : <Name>{t('operations.asked_by', { name: owner })}</Name>},{' '}
        <RelativeTime iso={operation.created_at} />
      </span>
      {operation.started_at && (
        <span>
          {operation.ended_at === null ? t('operations.running_for') : t('operations.took')} <Elapsed from={operation.started_at} to={operation.ended_at} />
        </span>
      )}
    </Group>
  );
}

function Retries({ userId, retryOf, retriedBy }: { userId: number; retryOf: string | null; retriedBy: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <Group gap="md">
      {retryOf !== null && (
        <OperationLink operationId={retryOf} userId={userId}>
          {t('operations.retry_of')}
        </OperationLink>
      )}
      {retriedBy[0] !== undefined && (
        <OperationLink operationId={retriedBy[0]} userId={userId}>
          {t('operations.retried_by')}
        </OperationLink>
      )}
    </Group>
  );
}
