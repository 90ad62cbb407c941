// Whether a router can be worked with, and if not, why: a colour and a word.
import { Badge, type MantineColor } from '@mantine/core';
import type { RouterResource } from '@relevo/protocol';
import { IconCheck, IconKey, IconPlugConnectedX, IconQuestionMark, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { agentsQuery } from '../../agents/agent-queries.ts';
import { type RouterWord, routerWord } from './router-word.ts';

const looks: Record<RouterWord, { color: MantineColor; sign: ReactNode }> = {
  sin_probar: { color: 'gray', sign: <IconQuestionMark size={14} /> },
  alcanzable: { color: 'teal', sign: <IconCheck size={14} /> },
  inalcanzable: { color: 'red', sign: <IconX size={14} /> },
  agent_away: { color: 'orange', sign: <IconPlugConnectedX size={14} /> },
  key_unapproved: { color: 'yellow', sign: <IconKey size={14} /> },
  key_changed: { color: 'red', sign: <IconKey size={14} /> },
  password_refused: { color: 'red', sign: <IconKey size={14} /> },
};

export function RouterStateBadge({ router }: { router: RouterResource }) {
  const { t } = useTranslation();
  const { data: agents } = useQuery(agentsQuery);
  const word = routerWord(
    router,
    agents?.find(({ id }) => id === router.agent_id),
  );
  const { color, sign } = looks[word];
  return (
    <Badge color={color} leftSection={sign} tt="none" size="lg" radius="sm" fw={500} flex="none">
      {t(`routers.state_${word}`)}
    </Badge>
  );
}
