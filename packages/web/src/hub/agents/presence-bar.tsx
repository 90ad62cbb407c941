// How well an agent was connected: a bar of the last hours, what share of them it was there, and how often the connection was lost.
import { Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import type { AgentResource, AgentSession } from '@relevo/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { useNow } from '../../look/relative-time.tsx';
import { Failed, LoadingRows } from '../../look/states.tsx';
import { Surface } from '../../look/surface.tsx';
import { agentSessionsQuery } from './agent-queries.ts';
import { presenceOf } from './presence.ts';
import { useEndText } from './session-end.ts';

const hour = 3_600_000;
const spans = { day: 24 * hour, week: 168 * hour } as const;
const refreshMs = 15_000;
/** Connections listed under the bar. */
const listedMax = 10;

export function PresenceCard({ agent }: { agent: AgentResource }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(agentSessionsQuery(agent.id));
  const [span, setSpan] = useState<keyof typeof spans>('day');
  return (
    <Surface component="section" p="md" aria-label={t('agents.connection')}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} fz="md">
            {t('agents.connection')}
          </Title>
          <SegmentedControl
            size="xs"
            aria-label={t('agents.span')}
            value={span}
            onChange={(value) => setSpan(value as keyof typeof spans)}
            data={[
              { value: 'day', label: t('agents.span_day') },
              { value: 'week', label: t('agents.span_week') },
            ]}
          />
        </Group>
        {data ? <Sessions sessions={data} spanMs={spans[span]} /> : error ? <Failed error={error} onRetry={() => void refetch()} /> : <LoadingRows rows={2} />}
      </Stack>
    </Surface>
  );
}

function Sessions({ sessions, spanMs }: { sessions: readonly AgentSession[]; spanMs: number }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow(refreshMs);
  const from = now - spanMs;
  const { online, share, losses } = presenceOf(sessions, from, now);
  const summary = `${t('agents.online_share', { percent: formats.percent(share * 100) })} · ${t('agents.losses', { count: losses })}`;
  const place = (time: number) => ((time - from) / spanMs) * 1000;
  return (
    <>
      <svg className="relevo-presence" viewBox="0 0 1000 24" preserveAspectRatio="none" role="img" aria-label={summary}>
        <rect width="1000" height="24" className="relevo-presence-away" />
        {online.map((there) => (
          <rect key={there.from} x={place(there.from)} width={Math.max(1, place(there.to) - place(there.from))} height="24" className="relevo-presence-there" />
        ))}
      </svg>
      <Group justify="space-between" fz="xs" c="dimmed">
        <span>{formats.dateTime(new Date(from).toISOString())}</span>
        <Text inherit fw={600} span>
          {summary}
        </Text>
        <span>{t('chart.now')}</span>
      </Group>
      <SessionList sessions={sessions.slice(0, listedMax)} />
    </>
  );
}

function SessionList({ sessions }: { sessions: readonly AgentSession[] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const endText = useEndText();
  if (sessions.length === 0) return null;
  return (
    <Stack component="ol" gap={4} m={0} p={0} className="relevo-plain-list" aria-label={t('agents.connections')}>
      {sessions.map(({ connected_at, ended_at, code }) => (
        <Group component="li" key={connected_at} gap="xs" fz="sm">
          <time dateTime={connected_at}>{formats.dateTime(connected_at)}</time>
          <Text inherit c="dimmed" span>
            {ended_at === null ? t('agents.lasts') : `${formats.duration(Date.parse(ended_at) - Date.parse(connected_at))} · ${endText(code)}`}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
