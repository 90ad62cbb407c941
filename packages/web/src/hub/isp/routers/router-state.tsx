// Whether a router answers: a colour and a word.
import { Badge, type MantineColor } from '@mantine/core';
import type { RouterResource } from '@relevo/protocol';
import { IconCheck, IconQuestionMark, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

type RouterState = RouterResource['estado'];

const colors: Record<RouterState, MantineColor> = { sin_probar: 'gray', alcanzable: 'teal', inalcanzable: 'red' };
const signs: Record<RouterState, ReactNode> = {
  sin_probar: <IconQuestionMark size={14} />,
  alcanzable: <IconCheck size={14} />,
  inalcanzable: <IconX size={14} />,
};

export function RouterStateBadge({ state }: { state: RouterState }) {
  const { t } = useTranslation();
  return (
    <Badge color={colors[state]} leftSection={signs[state]} tt="none" size="lg" radius="sm" fw={500}>
      {t(`routers.state_${state}`)}
    </Badge>
  );
}
