// Listens for the keys that work on every page, and lists them under `?`.
import { ActionIcon, Group, Kbd, Modal, Stack, Switch, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconKeyboard } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createShortcutReader, places, takesKeys } from './shortcuts.ts';

export function ShortcutHelp() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  // Single letters can be typed by accident, as by speech input: they can be turned off. `?` stays, as it only shows this.
  const [isOn, setOn] = useLocalStorage({ key: 'relevo.shortcuts', defaultValue: true, getInitialValueInEffect: false });

  useEffect(() => {
    const read = createShortcutReader();
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || takesKeys(event.target)) return;
      const shortcut = read(event);
      if (!shortcut || (!isOn && shortcut.kind !== 'help')) return;
      event.preventDefault();
      if (shortcut.kind === 'help') setOpen(true);
      else if (shortcut.kind === 'go') void navigate({ to: shortcut.to });
      else document.querySelector<HTMLInputElement>('main input[type=search]')?.focus();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [isOn, navigate]);

  return (
    <>
      <ActionIcon variant="subtle" color="gray" visibleFrom="sm" onClick={() => setOpen(true)} aria-label={t('shortcuts.title')} title={t('shortcuts.title')}>
        <IconKeyboard size={18} stroke={1.7} />
      </ActionIcon>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={t('shortcuts.title')} closeButtonProps={{ 'aria-label': t('actions.close') }}>
        <Stack gap="md">
          <Keys title={t('shortcuts.everywhere')}>
            <Row keys={['?']} text={t('shortcuts.help')} />
            <Row keys={['/']} text={t('shortcuts.search')} />
            {Object.entries(places).map(([key, { label }]) => (
              <Row key={key} keys={['g', key]} text={t('shortcuts.go', { place: t(`navigation.${label}`) })} />
            ))}
          </Keys>
          <Keys title={t('shortcuts.tables')}>
            <Row keys={['↑', '↓']} text={t('shortcuts.move')} />
            <Row keys={['Space']} text={t('shortcuts.choose')} />
            <Row keys={['Shift', '↓']} text={t('shortcuts.extend')} />
            <Row keys={['Ctrl', 'A']} text={t('shortcuts.choose_all')} />
            <Row keys={['Enter']} text={t('shortcuts.open')} />
            <Row keys={['Esc']} text={t('shortcuts.clear')} />
          </Keys>
          <Switch label={t('shortcuts.on')} checked={isOn} onChange={(event) => setOn(event.currentTarget.checked)} />
        </Stack>
      </Modal>
    </>
  );
}

function Keys({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Text component="h3" fw={600} size="sm" mb={6}>
        {title}
      </Text>
      <Stack gap={6}>{children}</Stack>
    </section>
  );
}

function Row({ keys, text }: { keys: readonly string[]; text: string }) {
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Text size="sm">{text}</Text>
      <Group gap={4} wrap="nowrap">
        {keys.map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </Group>
    </Group>
  );
}
