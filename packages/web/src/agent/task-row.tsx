// One task of the agent: what it is about, how far it is, what it says, and what can be done about it.
import { ActionIcon, Box, Group, Text, Tooltip } from '@mantine/core';
import { renderStepText } from '@relevo/protocol';
import { IconPlayerPauseFilled, IconPlayerPlayFilled, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePageLanguage } from '../language/language.ts';
import { useConfirmation } from '../look/confirmation.tsx';
import { Measures } from '../look/measures.tsx';
import { Name } from '../look/name.tsx';
import { ProgressLine } from '../look/progress-line.tsx';
import { RelativeTime } from '../look/relative-time.tsx';
import { useTold } from '../look/told.ts';
import { type Transfer, type TransferChange, useChangeTransfer } from './local-queries.ts';

const colors = { pending: 'gray', in_progress: 'relay', completed: 'teal', error: 'red' } as const;

export function isOpen({ status }: Pick<Transfer, 'status'>): boolean {
  return status === 'pending' || status === 'in_progress';
}

export function TaskRow({ task }: { task: Transfer }) {
  const language = usePageLanguage();
  const { title, status, text, progress = null, bytes, total_bytes, rate, eta_ms, bound_by, updated_at, is_paused } = task;
  const isMoving = status === 'in_progress';
  return (
    <Box component="li" px="md" py="sm" data-status={status} data-task={task.task_id}>
      <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
        <Text size="sm" fw={500}>
          <Name>{title}</Name>
        </Text>
        <Group gap={4} wrap="nowrap">
          <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
            <RelativeTime iso={updated_at} />
          </Text>
          {isOpen(task) && task.is_transfer && <TransferActions task={task} />}
        </Group>
      </Group>
      <Text size="sm" c={status === 'error' ? 'red' : 'dimmed'}>
        {renderStepText(text, language)}
      </Text>
      {isOpen(task) && (
        <Box mt={4}>
          <ProgressLine label={title} value={progress} color={is_paused ? 'gray' : colors[status]} isMoving={isMoving} />
          <Measures bytes={bytes} totalBytes={total_bytes} {...(isMoving && { rate, etaMs: eta_ms, boundBy: bound_by })} />
        </Box>
      )}
    </Box>
  );
}

function TransferActions({ task }: { task: Transfer }) {
  const { t } = useTranslation();
  const confirm = useConfirmation();
  const told = useTold();
  const change = useChangeTransfer(task.task_id);
  const does = (verb: TransferChange) => void told(change.mutateAsync(verb));
  const name = task.title;

  function askToStop() {
    confirm({ title: t('agent.stop_title'), text: t('agent.stop_text', { name }), action: t('agent.stop'), onConfirm: () => does('stop') });
  }

  return (
    <Group gap={2} wrap="nowrap">
      {task.is_paused ? (
        <Action label={t('agent.resume_named', { name })} onClick={() => does('resume')} isBusy={change.isPending}>
          <IconPlayerPlayFilled size={16} />
        </Action>
      ) : (
        <Action label={t('agent.pause_named', { name })} onClick={() => does('pause')} isBusy={change.isPending}>
          <IconPlayerPauseFilled size={16} />
        </Action>
      )}
      <Action label={t('agent.stop_named', { name })} onClick={askToStop} isBusy={false}>
        <IconX size={16} />
      </Action>
    </Group>
  );
}

function Action({ label, onClick, isBusy, children }: { label: string; onClick: () => void; isBusy: boolean; children: ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick} loading={isBusy}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
