// A quiet word on whether what is shown is live.
import { Group, Text } from '@mantine/core';
import { useConnection } from '@relevo/progress/react';
import { useTranslation } from 'react-i18next';
import { StatusDot } from '../../look/status-dot.tsx';

export function LiveSign() {
  const { t } = useTranslation();
  const { state } = useConnection();
  const isLive = state === 'connected';
  return (
    <Group gap={8} px={6} py="xs" role="status">
      <StatusDot color={isLive ? 'teal' : 'yellow'} pulse={!isLive} />
      <Text size="xs" c="dimmed">
        {isLive ? t('connection.live') : t('connection.not_live')}
      </Text>
    </Group>
  );
}
