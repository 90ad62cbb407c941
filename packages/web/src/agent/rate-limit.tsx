// How fast all transfers of this agent may be together.
import { Button, Group, Popover, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconGauge } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../language/formats.ts';
import { readNumber } from '../language/read-number.ts';
import { NumberField } from '../look/number-field.tsx';
import { useTold } from '../look/told.ts';
import { useSetRateLimit } from './local-queries.ts';

const megabyte = 1_000_000;
/** Megabytes per second. */
const bounds = { min: 0.001, max: 100_000, decimals: 3 };

/** `limit`: bytes per second, 0 for none. */
export function RateLimit({ limit }: { limit: number }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const told = useTold();
  const setLimit = useSetRateLimit();
  const [isOpen, { close, toggle }] = useDisclosure(false);
  const [megabytes, setMegabytes] = useState('');

  function save(bytesPerSecond: number) {
    void told(setLimit.mutateAsync(bytesPerSecond, { onSuccess: close }));
  }

  function open() {
    setMegabytes(limit === 0 ? '' : formats.typed(limit / megabyte));
    toggle();
  }

  const { value: amount } = readNumber(megabytes, bounds, formats.decimalSeparator);
  return (
    <Popover opened={isOpen} onChange={close} position="bottom-end" trapFocus returnFocus withArrow shadow="md">
      <Popover.Target>
        <Button variant="subtle" size="compact-sm" leftSection={<IconGauge size={16} />} onClick={open} aria-haspopup="dialog" aria-expanded={isOpen}>
          {limit === 0 ? t('agent.limit_none') : t('agent.limit', { rate: formats.rate(limit) })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('agent.limit_title')}>
        <Stack
          component="form"
          gap="sm"
          maw={280}
          onSubmit={(event) => {
            event.preventDefault();
            if (amount !== undefined) save(Math.round(amount * megabyte));
          }}
        >
          <NumberField
            label={t('agent.limit_title')}
            description={t('agent.limit_about')}
            unit="MB/s"
            bounds={bounds}
            hasFocus
            value={megabytes}
            onChange={setMegabytes}
          />
          <Group justify="space-between">
            <Button variant="default" size="xs" onClick={() => save(0)} disabled={limit === 0}>
              {t('agent.limit_remove')}
            </Button>
            <Button type="submit" size="xs" loading={setLimit.isPending} disabled={amount === undefined}>
              {t('actions.save')}
            </Button>
          </Group>
          <Text size="xs" c="dimmed">
            {t('agent.limit_now')}
          </Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
