// One upload of this tab: how far it is, how fast, and what can be done about it.
import { ActionIcon, Box, Group, Text } from '@mantine/core';
import { IconCircleCheck, IconPlayerPause, IconPlayerPlay, IconRefresh, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../look/error-text.ts';
import { Measures } from '../../look/measures.tsx';
import { Name } from '../../look/name.tsx';
import { ProgressLine } from '../../look/progress-line.tsx';
import type { UploadView } from './uploads.ts';
import { useUploads } from './uploads-context.tsx';

const colors = { waiting: 'relay', sending: 'relay', paused: 'gray', done: 'teal', failed: 'red' } as const;

export function UploadRow({ view }: { view: UploadView }) {
  const { t } = useTranslation();
  const uploads = useUploads();
  const { id, name, size, sent, state } = view;
  return (
    <Box>
      <Group gap="xs" wrap="nowrap">
        {state === 'done' && <IconCircleCheck size={18} color="var(--mantine-color-teal-6)" aria-label={t('uploads.done')} />}
        <Text size="sm" truncate flex={1} title={name}>
          <Name>{name}</Name>
        </Text>
        {(state === 'sending' || state === 'waiting') && (
          <ActionIcon size="sm" variant="subtle" color="gray" onClick={() => uploads.pause(id)} aria-label={t('uploads.pause', { name })}>
            <IconPlayerPause size={16} />
          </ActionIcon>
        )}
        {state === 'paused' && (
          <ActionIcon size="sm" variant="subtle" onClick={() => uploads.resume(id)} aria-label={t('uploads.resume', { name })}>
            <IconPlayerPlay size={16} />
          </ActionIcon>
        )}
        {state === 'failed' && (
          <ActionIcon size="sm" variant="subtle" onClick={() => uploads.resume(id)} aria-label={t('uploads.retry', { name })}>
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
          <ProgressLine label={name} value={size === 0 ? 0 : (sent / size) * 100} isMoving={state === 'sending'} color={colors[state]} />
          <UploadNote view={view} />
        </>
      )}
    </Box>
  );
}

function UploadNote({ view: { size, sent, state, rate, isInterrupted, error } }: { view: UploadView }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  if (error) {
    return (
      <Text size="sm" c="red" role="alert">
        {textOf(error)}
      </Text>
    );
  }
  const etaMs = state === 'sending' && rate ? ((size - sent) / rate) * 1000 : undefined;
  return (
    <>
      {isInterrupted && (
        <Text size="sm" c="dimmed" role="status">
          {t('uploads.interrupted')}
        </Text>
      )}
      <Measures bytes={sent} totalBytes={size} rate={rate} etaMs={etaMs} />
    </>
  );
}
