// The uploads of this tab in a corner of every page; it folds to one line, so that it hides nothing.
import { ActionIcon, Affix, Button, Collapse, Group, ScrollArea, Stack, Text } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { Surface } from '../../look/surface.tsx';
import { UnfinishedRow } from './unfinished-row.tsx';
import { UploadRow } from './upload-row.tsx';
import type { UploadView } from './uploads.ts';
import { useUnfinished, useUploads, useUploadViews } from './uploads-context.tsx';

/** Rows at once: a folder of thousands of files is counted, not listed. */
const rowsMax = 50;

export function UploadPanel() {
  const { t } = useTranslation();
  const uploads = useUploads();
  const views = useUploadViews();
  const { unfinished, forget } = useUnfinished();
  const [isOpen, setOpen] = useState(true);
  if (views.length === 0 && unfinished.length === 0) return null;
  const isMoving = views.some(({ state }) => state === 'waiting' || state === 'sending');
  const isPaused = views.some(({ state }) => state === 'paused');
  const shown = [...views.filter(({ state }) => state !== 'done'), ...views.filter(({ state }) => state === 'done')].slice(0, rowsMax);
  return (
    <Affix position={{ bottom: 16, right: 16 }} zIndex={150} w="min(400px, calc(100vw - 32px))">
      <Surface shadow="md" component="section" aria-label={t('uploads.title')}>
        <Group justify="space-between" wrap="nowrap" px="md" py={6} gap="xs">
          <Summary views={views} unfinished={unfinished.length} />
          <Group gap={4} wrap="nowrap">
            {isMoving && (
              <ActionIcon variant="subtle" color="gray" onClick={() => uploads.pauseAll()} aria-label={t('uploads.pause_all')} title={t('uploads.pause_all')}>
                <IconPlayerPause size={18} />
              </ActionIcon>
            )}
            {!isMoving && isPaused && (
              <ActionIcon variant="subtle" onClick={() => uploads.resumeAll()} aria-label={t('uploads.resume_all')} title={t('uploads.resume_all')}>
                <IconPlayerPlay size={18} />
              </ActionIcon>
            )}
            {views.some(({ state }) => state === 'done') && (
              <Button size="compact-xs" variant="subtle" onClick={() => uploads.clearDone()}>
                {t('uploads.clear')}
              </Button>
            )}
            <ActionIcon
              variant="subtle"
              color="gray"
              onClick={() => setOpen(!isOpen)}
              aria-expanded={isOpen}
              aria-label={isOpen ? t('uploads.fold') : t('uploads.unfold')}
            >
              {isOpen ? <IconChevronDown size={18} /> : <IconChevronUp size={18} />}
            </ActionIcon>
          </Group>
        </Group>
        <Collapse expanded={isOpen}>
          <ScrollArea.Autosize mah={320}>
            <Stack gap="sm" px="md" pb="md">
              {shown.map((view) => (
                <UploadRow key={view.id} view={view} />
              ))}
              {views.length > shown.length && (
                <Text size="sm" c="dimmed">
                  {t('uploads.and_more', { count: views.length - shown.length })}
                </Text>
              )}
              {unfinished.map((upload) => (
                <UnfinishedRow key={upload.url} upload={upload} onGone={() => forget(upload)} />
              ))}
            </Stack>
          </ScrollArea.Autosize>
        </Collapse>
      </Surface>
    </Affix>
  );
}

function Summary({ views, unfinished }: { views: readonly UploadView[]; unfinished: number }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const open = views.filter(({ state }) => state === 'waiting' || state === 'sending');
  const rate = open.reduce((sum, view) => sum + (view.rate ?? 0), 0);
  const left = open.reduce((sum, { size, sent }) => sum + size - sent, 0);
  const title = () => {
    if (open.length > 0) return t('uploads.open', { count: open.length });
    const paused = views.filter(({ state }) => state === 'paused').length;
    if (paused > 0) return t('uploads.paused_count', { count: paused });
    return views.length > 0 ? t('uploads.all_done') : t('uploads.unfinished', { count: unfinished });
  };
  return (
    <div>
      <Text fw={600} size="sm" role="status">
        {title()}
      </Text>
      {open.length > 1 && (
        <Text size="xs" c="dimmed" mih={18}>
          {rate > 0 && `${formats.rate(rate)} · ${t('measures.left', { time: formats.duration((left / rate) * 1000) })}`}
        </Text>
      )}
    </div>
  );
}
