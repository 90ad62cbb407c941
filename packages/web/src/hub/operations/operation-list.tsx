// A short list of operations, each of which moves by itself: for pages on which they are not the only thing.
import { Box, Group, Stack } from '@mantine/core';
import type { OperationSummary } from '@relevo/protocol';
import { useMe } from '../session/session.ts';
import { OperationOwner, OperationProgressCell, OperationStateCell, OperationTitle } from './operation-cells.tsx';

export function OperationList({ operations }: { operations: readonly OperationSummary[] }) {
  const me = useMe();
  return (
    <Stack component="ul" gap={0} m={0} p={0} className="relevo-rows">
      {operations.map((operation) => (
        <Box component="li" key={`${operation.user_id} ${operation.operation_id}`} px="md" py="sm">
          <Group justify="space-between" gap="md" wrap="nowrap">
            <Box flex={1} miw={0}>
              <OperationTitle operation={operation} />
            </Box>
            {operation.user_id !== me.id && (
              <Box w={120} visibleFrom="md">
                <OperationOwner userId={operation.user_id} />
              </Box>
            )}
            <Box w={220} visibleFrom="sm">
              <OperationProgressCell operation={operation} />
            </Box>
            <Box w={{ base: undefined, sm: 130 }}>
              <OperationStateCell operation={operation} />
            </Box>
          </Group>
        </Box>
      ))}
    </Stack>
  );
}
