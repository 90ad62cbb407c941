// What a list says of one operation; each piece moves by itself while the operation is open.
import { Group, Text } from '@mantine/core';
import { overallProgress } from '@relevo/progress/watch';
import { isEnded, type OperationSummary } from '@relevo/protocol';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { Name } from '../../look/name.tsx';
import { ProgressLine } from '../../look/progress-line.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { useMe } from '../session/session.ts';
import { Elapsed } from './elapsed.tsx';
import { useLiveOperation } from './live-operation.tsx';
import { measuresOf, newestState } from './merged-operation.ts';
import { useKindText } from './operation-kind.ts';
import { OperationStateBadge, stateColors } from './operation-state.tsx';
import { useOwnerName } from './owner-names.ts';

interface CellProps {
  operation: OperationSummary;
}

export const OperationTitle = memo(function OperationTitle({ operation }: CellProps) {
  const me = useMe();
  const kindText = useKindText();
  const { operation_id, user_id, title, kind } = operation;
  return (
    <Link to="/operations/$operationId" params={{ operationId: operation_id }} search={user_id === me.id ? {} : { user: user_id }} className="relevo-row-link">
      <Text size="sm" fw={500} className="relevo-row-title" truncate="end" lh={1.35} title={title || operation_id}>
        <Name>{title || operation_id}</Name>
      </Text>
      <Text size="xs" c="dimmed" truncate="end" lh={1.35}>
        {kindText(kind) || operation_id}
      </Text>
    </Link>
  );
});

export const OperationProgressCell = memo(function OperationProgressCell({ operation }: CellProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const live = useLiveOperation(operation);
  const state = newestState(operation, live);
  if (!live || isEnded(state)) {
    if (operation.started_at === null || operation.ended_at === null) return null;
    return (
      <Text size="xs" c="dimmed">
        {t('operations.took')} <Elapsed from={operation.started_at} to={operation.ended_at} />
      </Text>
    );
  }
  const { rate, eta_ms } = measuresOf(live.steps);
  const words = [rate === undefined ? '' : formats.rate(rate), eta_ms === undefined ? '' : t('measures.left', { time: formats.duration(eta_ms) })];
  return (
    <div className="relevo-live-cell">
      <ProgressLine
        label={operation.title || operation.operation_id}
        value={overallProgress(state, live.steps)}
        color={stateColors[state]}
        isMoving={state === 'in_progress'}
        isGliding={false}
      />
      <Text size="xs" c="dimmed" truncate="end">
        {words.filter(Boolean).join(' · ') || live.steps.findLast(({ status }) => status === 'in_progress')?.message || '\u00a0'}
      </Text>
    </div>
  );
});

export const OperationStateCell = memo(function OperationStateCell({ operation }: CellProps) {
  return <OperationStateBadge state={newestState(operation, useLiveOperation(operation))} />;
});

export const OperationOwner = memo(function OperationOwner({ userId }: { userId: number }) {
  const name = useOwnerName(userId);
  return (
    <Text size="sm" truncate="end" title={name}>
      <Name>{name}</Name>
    </Text>
  );
});

export const OperationBegan = memo(function OperationBegan({ iso }: { iso: string }) {
  return (
    <Group gap={0} c="dimmed" fz="sm">
      <RelativeTime iso={iso} />
    </Group>
  );
});
