// What can be done with the chosen rows, at the foot of the window while there are any.
import { Affix, Button, Group, Text, Transition } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Surface } from './surface.tsx';

interface SelectionBarProps {
  count: number;
  /** What they add up to, as `3.4 GB`. */
  sum?: string;
  onClear: () => void;
  children: ReactNode;
}

export function SelectionBar({ count, sum, onClear, children }: SelectionBarProps) {
  const { t } = useTranslation();
  return (
    <Affix position={{ bottom: 16, left: 16, right: 16 }} zIndex={140} className="relevo-selection">
      <Transition mounted={count > 0} transition="slide-up" duration={120}>
        {(style) => (
          <Surface
            shadow="md"
            component="section"
            aria-label={t('table.chosen_title')}
            style={style}
            px="md"
            py={8}
            className="relevo-surface relevo-selection-bar"
          >
            <Group gap="sm">
              <Text size="sm" fw={600} role="status">
                {t('table.chosen', { count })}
                {sum !== undefined && (
                  <Text span c="dimmed" fw={400} inherit>
                    {' '}
                    · {sum}
                  </Text>
                )}
              </Text>
              {children}
              <Button size="compact-sm" variant="subtle" color="gray" onClick={onClear}>
                {t('table.choose_none')}
              </Button>
            </Group>
          </Surface>
        )}
      </Transition>
    </Affix>
  );
}
