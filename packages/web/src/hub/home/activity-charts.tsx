// The figures over time: agents online, bytes moved, operations ended.
import { Box, Group, SegmentedControl, SimpleGrid, Skeleton, Text, Title } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { Failed } from '../../look/states.tsx';
import { Surface } from '../../look/surface.tsx';
import { type ChartSeries, TimeChart } from '../../look/time-chart.tsx';
import { type ActivityBucket, activityQuery, type Period, periods } from './activity-queries.ts';

const chartHeight = 170;

export function ActivityCharts({ isAdmin }: { isAdmin: boolean }) {
  const { t } = useTranslation();
  const [kept, setPeriod] = useLocalStorage<Period>({ key: 'relevo.period', defaultValue: 'day', getInitialValueInEffect: false });
  const period = periods.includes(kept) ? kept : 'day';
  const { data, error, refetch } = useQuery(activityQuery(period));
  return (
    <Box component="section" aria-labelledby="home-activity">
      <Group justify="space-between" mb="sm" gap="sm">
        <Title order={2} fz="lg" id="home-activity">
          {t('home.activity')}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={t('home.period')}
          value={period}
          onChange={setPeriod}
          data={periods.map((value) => ({ value, label: t(`home.period_${value}`) }))}
        />
      </Group>
      {!data && error ? (
        <Surface>
          <Failed error={error} onRetry={() => void refetch()} />
        </Surface>
      ) : (
        <Charts buckets={data?.buckets} isAdmin={isAdmin} />
      )}
    </Box>
  );
}

function Charts({ buckets, isAdmin }: { buckets: readonly ActivityBucket[] | undefined; isAdmin: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const times = useMemo(() => (buckets ?? []).map(({ at }) => Date.parse(at)), [buckets]);
  const figures = useMemo(() => seriesOf(buckets ?? []), [buckets]);
  const named = useMemo((): Record<'agents' | 'bytes' | 'operations', ChartSeries[]> => {
    const { most, fewest, bytesIn, bytesOut, completed, failed, stopped } = figures;
    return {
      agents: [
        { name: t('home.online_most'), color: 'teal', values: most },
        { name: t('home.online_fewest'), color: 'gray', values: fewest, kind: 'line' },
      ],
      bytes: [
        { name: t('home.bytes_in'), color: 'relay', values: bytesIn },
        { name: t('home.bytes_out'), color: 'orange', values: bytesOut },
      ],
      operations: [
        { name: t('operations.states_completed'), color: 'teal', values: completed, kind: 'bars' },
        { name: t('operations.states_error'), color: 'red', values: failed, kind: 'bars' },
        { name: t('operations.states_stopped'), color: 'gray', values: stopped, kind: 'bars' },
      ],
    };
  }, [figures, t]);
  const isReady = buckets !== undefined;
  return (
    <SimpleGrid cols={{ base: 1, md: isAdmin ? 2 : 1 }} spacing="md">
      {isAdmin && (
        <Chart title={t('home.agents_online')} isReady={isReady}>
          <TimeChart label={t('home.agents_online')} times={times} series={named.agents} format={formats.number} isCount height={chartHeight} />
        </Chart>
      )}
      {isAdmin && (
        <Chart title={t('home.bytes_moved')} isReady={isReady}>
          <TimeChart label={t('home.bytes_moved')} times={times} series={named.bytes} format={formats.bytes} height={chartHeight} />
        </Chart>
      )}
      <Box style={isAdmin ? { gridColumn: '1 / -1' } : undefined}>
        <Chart title={isAdmin ? t('home.operations_ended') : t('home.own_operations_ended')} isReady={isReady}>
          <TimeChart
            label={isAdmin ? t('home.operations_ended') : t('home.own_operations_ended')}
            times={times}
            series={named.operations}
            format={formats.number}
            isStacked
            isCount
            height={chartHeight}
          />
        </Chart>
      </Box>
    </SimpleGrid>
  );
}

function Chart({ title, isReady, children }: { title: string; isReady: boolean; children: ReactNode }) {
  return (
    <Surface p="md" component="section" aria-label={title}>
      <Text fw={600} size="sm" mb={4}>
        {title}
      </Text>
      {isReady ? children : <Skeleton height={chartHeight + 24} radius="sm" />}
    </Surface>
  );
}

function seriesOf(buckets: readonly ActivityBucket[]) {
  return {
    most: buckets.map(({ agents_online_max }) => agents_online_max ?? null),
    fewest: buckets.map(({ agents_online_min }) => agents_online_min ?? null),
    bytesIn: buckets.map(({ bytes_in = 0 }) => bytes_in),
    bytesOut: buckets.map(({ bytes_out = 0 }) => bytes_out),
    completed: buckets.map(({ completed }) => completed),
    failed: buckets.map(({ failed }) => failed),
    stopped: buckets.map(({ stopped }) => stopped),
  };
}
