// What is on its way to this agent, and what arrived or failed last.
import { Box, Group, Stack, Text } from '@mantine/core';
import { type Language, renderStepText } from '@relevo/protocol';
import { IconArrowsDownUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Measures } from '../look/measures.tsx';
import { Name } from '../look/name.tsx';
import { ProgressLine } from '../look/progress-line.tsx';
import { RelativeTime } from '../look/relative-time.tsx';
import { Empty, Failed, LoadingRows } from '../look/states.tsx';
import { Surface } from '../look/surface.tsx';
import { type Transfer, transfersQuery } from './local-queries.ts';

/** Ended transfers that are worth the room. */
const endedMax = 5;
const colors = { pending: 'gray', in_progress: 'relay', completed: 'teal', error: 'red' } as const;

export function Transfers() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(transfersQuery);
  if (!data) return <Surface>{error ? <Failed error={error} onRetry={() => void refetch()} /> : <LoadingRows rows={2} />}</Surface>;
  const open = data.filter(isOpen);
  const shown = [...open, ...data.filter((transfer) => !isOpen(transfer)).slice(0, endedMax)];
  return (
    <Surface style={{ overflow: 'hidden' }}>
      {shown.length === 0 ? (
        <Empty icon={<IconArrowsDownUp />} title={t('agent.transfers_none')} />
      ) : (
        <Stack component="ul" gap={0} m={0} p={0} className="relevo-rows">
          {shown.map((transfer) => (
            <TransferRow key={transfer.task_id} transfer={transfer} />
          ))}
        </Stack>
      )}
    </Surface>
  );
}

function isOpen({ status }: Transfer): boolean {
  return status === 'pending' || status === 'in_progress';
}

function TransferRow({ transfer }: { transfer: Transfer }) {
  const { i18n } = useTranslation();
  const { title, status, text, progress = null, bytes, total_bytes, rate, eta_ms, updated_at } = transfer;
  const language: Language = i18n.language === 'es' ? 'es' : 'en';
  const isMoving = status === 'in_progress';
  return (
    <Box component="li" px="md" py="sm" data-status={status}>
      <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
        <Text size="sm" fw={500}>
          <Name>{title}</Name>
        </Text>
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          <RelativeTime iso={updated_at} />
        </Text>
      </Group>
      <Text size="sm" c={status === 'error' ? 'red' : 'dimmed'}>
        {renderStepText(text, language)}
      </Text>
      {isOpen(transfer) && (
        <Box mt={4}>
          <ProgressLine label={title} value={progress} color={colors[status]} isMoving={isMoving} />
          <Measures bytes={bytes} totalBytes={total_bytes} rate={isMoving ? rate : undefined} etaMs={isMoving ? eta_ms : undefined} />
        </Box>
      )}
    </Box>
  );
}
