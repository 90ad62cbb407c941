// Tells when what the pages show is not live, what is done about it, and lets the reader not wait.
import { Alert, Button, Group, Text } from '@mantine/core';
import { useConnection, useWatcher } from '@relevo/progress/react';
import type { ConnectionState } from '@relevo/progress/watch';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../../look/relative-time.tsx';

/** A cut that is mended sooner than this is not worth a reader's attention. */
const graceMs = 700;

export function ConnectionBanner() {
  const { t } = useTranslation();
  const watcher = useWatcher();
  const connection = useConnection();
  const isAway = useHasLasted(isInterrupted(connection), graceMs);
  if (!isAway) return null;
  return (
    <Alert
      color={connection.state === 'ended' ? 'red' : 'yellow'}
      icon={<IconPlugConnectedX />}
      role="status"
      mb="md"
      className="relevo-banner"
      title={t('connection.away')}
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          <Explanation connection={connection} />
        </Text>
        <Button size="xs" variant="default" onClick={() => watcher.reconnect()} disabled={connection.state === 'connecting'}>
          {t('connection.try_now')}
        </Button>
      </Group>
    </Alert>
  );
}

function Explanation({ connection }: { connection: ConnectionState }) {
  const { t } = useTranslation();
  const now = useNow(500);
  if (connection.state === 'ended') return t('connection.ended', { code: connection.code });
  if (connection.state === 'waiting') return t('connection.waiting', { count: Math.max(1, Math.ceil((connection.nextAttemptAt - now) / 1000)) });
  return t('connection.connecting');
}

/** The first connection is no interruption: the pages show that they load. */
function isInterrupted(connection: ConnectionState): boolean {
  return connection.state === 'waiting' || connection.state === 'ended' || (connection.state === 'connecting' && connection.attempt > 0);
}

/** True once `holds` was true for `ms`; false at once when it is not. */
function useHasLasted(holds: boolean, ms: number): boolean {
  const [hasLasted, setHasLasted] = useState(false);
  useEffect(() => {
    if (!holds) return setHasLasted(false);
    const timer = setTimeout(() => setHasLasted(true), ms);
    return () => clearTimeout(timer);
  }, [holds, ms]);
  return holds && hasLasted;
}
