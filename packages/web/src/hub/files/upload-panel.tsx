// The uploads of this tab in a corner of every page.
import { ActionIcon, Affix, Box, Button, Group, ScrollArea, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconRefresh, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../look/error-text.ts';
import { Measures } from '../../look/measures.tsx';
import { Name } from '../../look/name.tsx';
import { ProgressLine } from '../../look/progress-line.tsx';
import { Surface } from '../../look/surface.tsx';
import type { UploadView } from './uploads.ts';
import { useUploads, useUploadViews } from './uploads-context.tsx';

export function UploadPanel() {
  const { t } = useTranslation();
  const uploads = useUploads();
  const views = useUploadViews();
  if (views.length === 0) return null;
  const open = views.filter(({ state }) => state === 'waiting' || state === 'sending').length;
  return (
    <Affix position={{ bottom: 16, right: 16 }} zIndex={150} w="min(400px, calc(100vw - 32px))">
      <Surface shadow="md" component="section" aria-label={t('uploads.title')}>
        <Group justify="space-between" px="md" py="xs">
          <Text fw={600} size="sm" role="status">
            {open > 0 ? t('uploads.open', { count: open }) : t('uploads.all_done')}
          </Text>
          {views.some(({ state }) => state === 'done') && (
            <Button size="compact-xs" variant="subtle" onClick={() => uploads.clearDone()}>
              {t('uploads.clear')}
            </Button>
          )}
        </Group>
        <ScrollArea.Autosize mah={320}>
          <Stack gap="sm" px="md" pb="md">
            {views.map((view) => (
              <UploadRow key={view.id} view={view} />
            ))}
          </Stack>
        </ScrollArea.Autosize>
      </Surface>
    </Affix>
  );
}

function UploadRow({ view }: { view: UploadView }) {
  const { t } = useTranslation();
  const uploads = useUploads();
  const textOf = useErrorText();
  const { id, name, size, sent, state, rate, isInterrupted, error } = view;
  const etaMs = state === 'sending' && rate ? ((size - sent) / rate) * 1000 : undefined;
  return (
    <Box>
      <Group gap="xs" wrap="nowrap">
        {state === 'done' && <IconCircleCheck size={18} color="var(--mantine-color-teal-6)" aria-label={t('uploads.done')} />}
        <Text size="sm" truncate flex={1} title={name}>
          <Name>{name}</Name>
        </Text>
        {state === 'failed' && (
          <ActionIcon size="sm" variant="subtle" onClick={() => uploads.retry(id)} aria-label={t('uploads.retry', { name })}>
            <IconRefresh size={16} />
          </ActionIcon>
        )}
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          onClick={() => uploads.remove(id)}
          aria-label={state === 'done' ? t('uploads.dismiss', { name }) : t('uploads.cancel', { name })}
        >
          <IconX size={16} />
        </ActionIcon>
      </Group>
      {state !== 'done' && (
        <>
          <ProgressLine label={name} value={size === 0 ? 0 : (sent / size) * 100} isMoving={state === 'sending'} color={state === 'failed' ? 'red' : 'relay'} />
          {isInterrupted && (
            <Text size="sm" c="dimmed" role="status">
              {t('uploads.interrupted')}
            </Text>
          )}
          {error ? (
            <Text size="sm" c="red" role="alert">
              {textOf(error)}
            </Text>
          ) : (
            <Measures bytes={sent} totalBytes={size} rate={rate} etaMs={etaMs} />
          )}
        </>
      )}
    </Box>
  );
}
