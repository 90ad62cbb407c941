// Whether the agent has its hub, since when, what went wrong last, and what it does about it.
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../language/formats.ts';
import { Name } from '../look/name.tsx';
import { useNow } from '../look/relative-time.tsx';
import { Failed, LoadingRows } from '../look/states.tsx';
import { StatusDot } from '../look/status-dot.tsx';
import { Surface } from '../look/surface.tsx';
import { type Connection, type Status, useReconnect } from './local-queries.ts';

const colors = { connected: 'teal', connecting: 'yellow', disconnected: 'red' } as const;

export function ConnectionCard({ status, error, onRetry }: { status: Status | undefined; error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  if (!status) return <Surface>{error ? <Failed error={error} onRetry={onRetry} /> : <LoadingRows rows={2} />}</Surface>;
  const { connection, name } = status;
  return (
    <Surface p="lg" component="section" aria-label={t('agent.connection')}>
      <Stack gap="xs">
        <Title order={1} fz="1.4rem">
          <Name>{name}</Name>
        </Title>
        <Group gap={8} role="status">
          <StatusDot color={colors[connection.state]} pulse={connection.state !== 'connected'} />
          <Text fw={600}>{connection.phase === 'awaiting_approval' ? t('agent.awaiting_approval') : t(`agent.${connection.state}`)}</Text>
          <Since iso={connection.since} />
        </Group>
        <Text size="sm" c="dimmed">
          {t('agent.hub')}: <Name>{connection.server_url}</Name>
        </Text>
        {connection.state !== 'connected' && <Away connection={connection} />}
      </Stack>
    </Surface>
  );
}

function Since({ iso }: { iso: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <Text c="dimmed" size="sm">
      {t('agent.since')} <time dateTime={iso}>{formats.dateTime(iso)}</time>
    </Text>
  );
}

function Away({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const reconnect = useReconnect();
  return (
    <>
      {connection.last_error !== null && connection.phase !== 'awaiting_approval' && (
        <Text size="sm" c="red" role="alert" className="relevo-name">
          {t('agent.last_error')}: {connection.last_error}
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {connection.phase === 'awaiting_approval' ? t('agent.approve_there') : t('agent.hub_away')}
        {connection.next_attempt_at && (
          <>
            {' '}
            <NextAttempt at={connection.next_attempt_at} />
          </>
        )}
      </Text>
      {connection.next_attempt_at && (
        <Group>
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconPlugConnected size={16} />}
            onClick={() => reconnect.mutate()}
            loading={reconnect.isPending}
          >
            {t('agent.try_now')}
          </Button>
        </Group>
      )}
    </>
  );
}

function NextAttempt({ at }: { at: string }) {
  const { t } = useTranslation();
  const now = useNow(500);
  return t('agent.next_attempt', { count: Math.max(1, Math.ceil((Date.parse(at) - now) / 1000)) });
}
