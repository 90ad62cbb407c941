// Whether an agent is there, as a dot and a word.
import { Group, Text } from '@mantine/core';
import type { AgentResource } from '@relevo/protocol';
import { useTranslation } from 'react-i18next';
import { StatusDot } from '../../look/status-dot.tsx';

const colors = { online: 'teal', offline: 'gray', pending: 'yellow', revoked: 'red' } as const;

export function AgentState({ status }: { status: AgentResource['status'] }) {
  const { t } = useTranslation();
  return (
    <Group gap={8} wrap="nowrap">
      <StatusDot color={colors[status]} pulse={status === 'pending'} />
      <Text size="sm" span>
        {t(`agents.status_${status}`)}
      </Text>
    </Group>
  );
}
