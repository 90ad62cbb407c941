// How the hub is: measured anew every few seconds while this page is open.
import { Group, Progress, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { HubHealth } from '@relevo/protocol';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { Page } from '../../look/page.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { Failed, LoadingRows } from '../../look/states.tsx';
import { Surface } from '../../look/surface.tsx';
import { NotAllowed } from '../session/not-allowed.tsx';
import { useMe } from '../session/session.ts';
import { healthQuery } from './admin-queries.ts';

/** A disk that has less room than this is shown in red, percent. */
const roomMinPercent = 10;
/** An event loop that was later than this lets people wait, milliseconds. */
const lateMs = 200;

export function HealthPage() {
  return useMe().role === 'admin' ? <Health /> : <NotAllowed />;
}

function Health() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(healthQuery);
  return (
    <Page title={t('navigation.health')} description={t('health.about')}>
      {!data && <Surface>{error ? <Failed error={error} onRetry={() => void refetch()} /> : <LoadingRows />}</Surface>}
      {data && <Figures health={data} />}
    </Page>
  );
}

function Figures({ health }: { health: HubHealth }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { event_loop, disk, connections } = health;
  const free = disk.total_bytes > 0 ? (disk.free_bytes / disk.total_bytes) * 100 : 0;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
      <Card title={t('health.hub')}>
        <Figure name={t('health.version')} value={health.version} />
        <Figure name={t('health.started')} value={<RelativeTime iso={health.started_at} />} />
        <Figure name={t('health.uptime')} value={formats.duration(health.uptime_ms)} />
        <Figure name={t('health.runtime')} value={`${health.runtime} · ${health.platform}`} />
      </Card>
      <Card title={t('health.disk')}>
        <Figure name={t('health.free')} value={t('measures.bytes_of', { bytes: formats.bytes(disk.free_bytes), total: formats.bytes(disk.total_bytes) })} />
        <Progress value={100 - free} color={free < roomMinPercent ? 'red' : 'relay'} aria-label={t('health.disk_used')} size="md" radius="xl" />
        <Figure name={t('health.database')} value={formats.bytes(health.database.size_bytes)} />
        <Figure name={t('health.files')} value={`${formats.number(health.files)} · ${formats.bytes(health.file_bytes)}`} />
      </Card>
      <Card title={t('health.process')}>
        <Figure name={t('health.memory')} value={formats.bytes(health.memory.rss_bytes)} />
        <Figure name={t('health.heap')} value={formats.bytes(health.memory.heap_used_bytes)} />
        <Figure name={t('health.delay')} value={t('health.milliseconds', { value: formats.number(event_loop.p99_ms) })} />
        <Figure
          name={t('health.delay_max')}
          value={t('health.milliseconds', { value: formats.number(event_loop.max_ms) })}
          isBad={event_loop.max_ms > lateMs}
        />
      </Card>
      <Card title={t('health.connections')}>
        <Figure name={t('health.watchers')} value={formats.number(connections.progress)} />
        <Figure name={t('health.streams')} value={formats.number(connections.events)} />
        <Figure name={t('health.agents')} value={formats.number(connections.agent)} />
      </Card>
      <Card title={t('health.queues')}>
        <Figure name={t('health.operations_active')} value={formats.number(health.operations_active)} />
        <Figure name={t('health.agent_tasks')} value={formats.number(health.agent_tasks)} />
        <Figure name={t('health.uploads')} value={formats.number(health.uploads_unfinished)} />
      </Card>
      <Card title={t('health.kept')}>
        <Figure name={t('health.operations_kept')} value={formats.number(health.operations_kept)} />
        <Figure name={t('health.audit_entries')} value={formats.number(health.audit_entries)} />
      </Card>
    </SimpleGrid>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Surface component="section" aria-label={title} p="lg">
      <Stack gap="sm">
        <Title order={2} fz="1.05rem">
          {title}
        </Title>
        {children}
      </Stack>
    </Surface>
  );
}

function Figure({ name, value, isBad = false }: { name: string; value: ReactNode; isBad?: boolean }) {
  return (
    <Group justify="space-between" gap="md" wrap="nowrap">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text size="sm" fw={500} ta="end" c={isBad ? 'red' : undefined}>
        {value}
      </Text>
    </Group>
  );
}
