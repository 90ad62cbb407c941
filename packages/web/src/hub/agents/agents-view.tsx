// Whether the agents are shown as a table or as cards, kept for the next visit.
import { Center, SegmentedControl, VisuallyHidden } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconLayoutGrid, IconTable } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

export type AgentsView = 'table' | 'cards';

export function useAgentsView() {
  return useLocalStorage<AgentsView>({ key: 'relevo.agents-view', defaultValue: 'table', getInitialValueInEffect: false });
}

export function AgentsViewControl({ view, onView }: { view: AgentsView; onView: (view: AgentsView) => void }) {
  const { t } = useTranslation();
  const choices = [
    { value: 'table', icon: <IconTable size={16} />, name: t('agents.as_table') },
    { value: 'cards', icon: <IconLayoutGrid size={16} />, name: t('agents.as_cards') },
  ] as const;
  return (
    <SegmentedControl<AgentsView>
      aria-label={t('agents.view')}
      value={view}
      onChange={onView}
      data={choices.map(({ value, icon, name }) => ({
        value,
        label: (
          <Center>
            {icon}
            <VisuallyHidden>{name}</VisuallyHidden>
          </Center>
        ),
      }))}
    />
  );
}
