// The state of a connection: a colour, a sign and a word.
import { Badge, type MantineColor } from '@mantine/core';
import type { ConnectionResource } from '@relevo/protocol';
import { IconCheck, IconPlayerPause, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

type ConnectionState = ConnectionResource['estado'];

const colors: Record<ConnectionState, MantineColor> = { activa: 'teal', suspendida: 'yellow', eliminada: 'gray' };
const signs: Record<ConnectionState, ReactNode> = {
  activa: <IconCheck size={14} />,
  suspendida: <IconPlayerPause size={14} />,
  eliminada: <IconTrash size={14} />,
};

export function ConnectionStateBadge({ state }: { state: ConnectionState }) {
  const { t } = useTranslation();
  return (
    <Badge color={colors[state]} leftSection={signs[state]} tt="none" size="lg" radius="sm" fw={500}>
      {t(`connections.state_${state}`)}
    </Badge>
  );
}
