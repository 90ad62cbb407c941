// One operation, live: whatever the moment one comes, its page shows where it stands, and goes on from there.
import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useOperation, useWatcher } from '@relevo/progress/react';
import { overallProgress } from '@relevo/progress/watch';
import { isEnded, type OperationResource } from '@relevo/protocol';
import { IconArrowLeft, IconPlayerStop, IconQuestionMark } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../http/api-error.ts';
import { useFormats } from '../../language/formats.ts';
import { noticeRefused } from '../../look/notices.ts';
import { Page } from '../../look/page.tsx';
import { ProgressLine } from '../../look/progress-line.tsx';
import { RelativeTime, useNow } from '../../look/relative-time.tsx';
import { Empty, Failed, LoadingRows } from '../../look/states.tsx';
import { Surface } from '../../look/surface.tsx';
import { agentsQuery } from '../agents/agent-queries.ts';
import { useMe } from '../session/session.ts';
import { OperationsOf } from '../shell/live-operations.tsx';
import { mergeOperation, type ShownOperation } from './merged-operation.ts';
import { useKindText } from './operation-kind.ts';
import { operationQuery } from './operation-queries.ts';
import { OperationStateBadge, stateColors } from './operation-state.tsx';
import { StepCard } from './step-card.tsx';

export function OperationPage() {
  const { t } = useTranslation();
  const me = useMe();
  const { operationId } = useParams({ from: '/operations/$operationId' });
  const { user } = useSearch({ from: '/operations/$operationId' });
  const { data, error, isPending, refetch } = useQuery(operationQuery(operationId, user));
  const back = (
    <Anchor component={Link} to="/operations" size="sm" className="relevo-back">
      <Group gap={4}>
        <IconArrowLeft size={14} aria-hidden />
        {t('navigation.operations')}
      </Group>
    </Anchor>
  );
  if (isPending) return <LoadingRows />;
  if (!data && error instanceof ApiError && error.code === 'not_found') {
    return (
      <Empty icon={<IconQuestionMark />} title={t('operations.unknown')} text={t('operations.unknown_text')}>
        {back}
      </Empty>
    );
  }
  if (!data) return <Failed error={error} onRetry={() => void refetch()} />;
  return (
    <>
      {back}
      {data.user_id === me.id ? (
        <LiveOperation kept={data} />
      ) : (
        <OperationsOf key={data.user_id} userId={data.user_id}>
          <LiveOperation kept={data} />
        </OperationsOf>
      )}
    </>
  );
}

/** Steps shown at first, and with each wish for more: a delivery may have thousands. */
const stepsShown = 100;

function LiveOperation({ kept }: { kept: OperationResource }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const kindText = useKindText();
  const live = useOperation(kept.operation_id);
  const { data: agents = [] } = useQuery(agentsQuery);
  const operation = mergeOperation(kept, live);
  const isOpen = !isEnded(operation.state);
  const [shown, setShown] = useState(stepsShown);

  // The hub keeps the timings: they are asked for again when the state changed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state is the reason to ask
  useEffect(() => void queryClient.invalidateQueries({ queryKey: ['operations', 'one', kept.operation_id] }), [live.state, queryClient]);

  function nameOf(step: string): string {
    const agentId = /^(?:deliver|delete):(.+)$/.exec(step)?.[1];
    return agents.find(({ id }) => id === agentId)?.name ?? step;
  }

  return (
    <Page
      title={operation.title || operation.operation_id}
      description={<Facts operation={operation} kind={kindText(operation.kind)} />}
      actions={isOpen && <StopButton operationId={operation.operation_id} />}
    >
      {operation.steps.length > 1 && (
        <Surface p="md">
          <ProgressLine
            label={t('operations.overall')}
            value={overallProgress(operation.state, operation.steps)}
            color={stateColors[operation.state]}
            isMoving={operation.state === 'in_progress'}
          />
        </Surface>
      )}
      <Stack component="ol" gap="sm" m={0} p={0} style={{ listStyle: 'none' }} aria-label={t('operations.steps')}>
        {operation.steps.slice(0, shown).map((step) => (
          <StepCard key={step.step} step={step} name={nameOf(step.step)} />
        ))}
      </Stack>
      {operation.steps.length > shown && (
        <Group justify="center">
          <Button variant="default" onClick={() => setShown(shown + stepsShown)}>
            {t('actions.more')}
          </Button>
        </Group>
      )}
      {operation.steps.length === 0 && (
        <Surface>
          <Empty icon={<IconQuestionMark />} title={t('operations.no_steps')} />
        </Surface>
      )}
    </Page>
  );
}

function Facts({ operation, kind }: { operation: ShownOperation; kind: string }) {
  const { t } = useTranslation();
  return (
    <Group gap="md" mt={6}>
      <span role="status">
        <OperationStateBadge state={operation.state} />
      </span>
      {kind && <span>{kind}</span>}
      <RelativeTime iso={operation.created_at} />
      {operation.started_at && (
        <span>
          {operation.ended_at === null ? t('operations.running_for') : t('operations.took')} <Elapsed from={operation.started_at} to={operation.ended_at} />
        </span>
      )}
    </Group>
  );
}

function Elapsed({ from, to }: { from: string; to: string | null }) {
  const formats = useFormats();
  const now = useNow(1000);
  const end = to === null ? Math.max(now, Date.parse(from)) : Date.parse(to);
  return <Text span>{formats.duration(end - Date.parse(from))}</Text>;
}

function StopButton({ operationId }: { operationId: string }) {
  const { t } = useTranslation();
  const watcher = useWatcher();
  const [isStopping, setStopping] = useState(false);

  function stop() {
    if (watcher.stop(operationId) === 'refused') return noticeRefused(t('operations.stop_refused'));
    setStopping(true);
  }

  return (
    <Button color="red" variant="light" leftSection={<IconPlayerStop size={16} />} loading={isStopping} onClick={stop}>
      {t('operations.stop')}
    </Button>
  );
}
