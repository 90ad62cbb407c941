// The rows of the operations' list: each moves by itself while its operation is open.
import { Box, Group, Stack, Text } from '@mantine/core';
import { overallProgress, type WatchedOperation } from '@relevo/progress/watch';
import { isEnded, type OperationSummary } from '@relevo/protocol';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { Name } from '../../look/name.tsx';
import { ProgressLine } from '../../look/progress-line.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { newestState } from './merged-operation.ts';
import { useKindText } from './operation-kind.ts';
import { OperationStateBadge } from './operation-state.tsx';

interface OperationListProps {
  operations: readonly OperationSummary[];
  live: ReadonlyMap<string, WatchedOperation>;
  /** Whose operations `live` holds. */
  userId: number;
}

export function OperationList({ operations, live, userId }: OperationListProps) {
  return (
    <Stack component="ul" gap={0} m={0} p={0} className="relevo-rows">
      {operations.map((operation) => (
        <OperationRow
          key={`${operation.user_id} ${operation.operation_id}`}
          operation={operation}
          live={operation.user_id === userId ? live.get(operation.operation_id) : undefined}
          isOwn={operation.user_id === userId}
        />
      ))}
    </Stack>
  );
}

interface OperationRowProps {
  operation: OperationSummary;
  live: WatchedOperation | undefined;
  isOwn: boolean;
}

const OperationRow = memo(function OperationRow({ operation, live, isOwn }: OperationRowProps) {
  const kindText = useKindText();
  const { operation_id, user_id, title, kind, created_at } = operation;
  const state = newestState(operation, live);
  return (
    <Box component="li" px="md" py="sm">
      <Link to="/operations/$operationId" params={{ operationId: operation_id }} search={isOwn ? {} : { user: user_id }} className="relevo-row-link">
        <Group justify="space-between" gap="md" wrap="nowrap">
          <Box flex={1} miw={0}>
            <Text size="sm" fw={500} className="relevo-row-title">
              <Name>{title || operation_id}</Name>
            </Text>
            <Text size="xs" c="dimmed">
              {kindText(kind)}
              {kind && ' · '}
              <RelativeTime iso={created_at} />
            </Text>
          </Box>
          {live && !isEnded(state) && (
            <Box w={200} visibleFrom="sm">
              <ProgressLine label={title || operation_id} value={overallProgress(state, live.steps)} isMoving={state === 'in_progress'} />
            </Box>
          )}
          <Box w={{ base: undefined, sm: 130 }}>
            <OperationStateBadge state={state} />
          </Box>
        </Group>
      </Link>
    </Box>
  );
});
