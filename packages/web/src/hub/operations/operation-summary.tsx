// The operation as a whole: how far, how much, how fast, how long still, and how it ended.
import { Alert, Box, Group, Text } from '@mantine/core';
import { overallProgress } from '@relevo/progress/watch';
import { isEnded } from '@relevo/protocol';
import { IconInfoCircle } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { Measures } from '../../look/measures.tsx';
import { ProgressLine } from '../../look/progress-line.tsx';
import { Surface } from '../../look/surface.tsx';
import { TimeChart } from '../../look/time-chart.tsx';
import { countStates, measuresOf, type ShownOperation } from './merged-operation.ts';
import { stateColors } from './operation-state.tsx';

export function OperationSummaryCard({ operation }: { operation: ShownOperation }) {
  const { t } = useTranslation();
  const { state, steps } = operation;
  const { bytes, total_bytes, rate, eta_ms, bound_by } = measuresOf(steps);
  const counts = countStates(steps);
  return (
    <Surface p="md">
      <ProgressLine label={t('operations.overall')} value={overallProgress(state, steps)} color={stateColors[state]} isMoving={state === 'in_progress'} />
      <Group justify="space-between" gap="sm" mt={8} mih={24}>
        <Measures bytes={bytes} totalBytes={total_bytes} {...(!isEnded(state) && { rate, etaMs: eta_ms, boundBy: bound_by })} />
        <Text size="sm" c="dimmed">
          {t('operations.steps_done', { done: counts.completed, count: steps.length })}
          {counts.error > 0 && ` · ${t('operations.steps_failed', { count: counts.error })}`}
          {counts.stopped > 0 && ` · ${t('operations.steps_stopped', { count: counts.stopped })}`}
        </Text>
      </Group>
    </Surface>
  );
}

/** Why an operation ended that was ended rather than finished. */
export function EndedBecause({ message }: { message: string }) {
  return (
    <Alert color="gray" icon={<IconInfoCircle />} p="sm" role="status">
      <Text size="sm" dir="auto">
        {message}
      </Text>
    </Alert>
  );
}

export function RateChart({ rates: { since, interval_ms, rates } }: { rates: { since: string; interval_ms: number; rates: number[] } }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const times = useMemo(() => {
    const start = Date.parse(since);
    return rates.map((_, index) => start + (index + 1) * interval_ms);
  }, [since, interval_ms, rates]);
  const series = useMemo(() => [{ name: t('operations.rate'), color: 'relay' as const, values: rates }], [rates, t]);
  return (
    <Surface p="md" component="section" aria-label={t('operations.rate')}>
      <Box>
        <TimeChart label={t('operations.rate')} times={times} series={series} format={formats.rate} height={140} />
      </Box>
    </Surface>
  );
}
