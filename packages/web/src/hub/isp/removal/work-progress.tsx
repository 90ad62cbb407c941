// Any other work on a connection as it moves: its steps live, what failed and a button that tries it again, and the end.
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useOperation, useWatcher } from '@relevo/progress/react';
import { isEnded } from '@relevo/protocol';
import { IconCheck, IconPlayerStop, IconRefresh, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../../look/error-text.ts';
import { noticeRefused } from '../../../look/notices.ts';
import { LoadingRows } from '../../../look/states.tsx';
import { listed } from './shown-steps.ts';
import { StepList } from './step-list.tsx';
import { kindOfWork, useWork } from './work-queries.ts';

interface WorkProgressProps {
  connectionId: number;
  operationId: string;
  onClose: () => void;
}

export function WorkProgress({ connectionId, operationId, onClose }: WorkProgressProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const watcher = useWatcher();
  const live = useOperation(operationId);
  const work = useWork();
  const [isStopping, setStopping] = useState(false);
  const kind = kindOfWork(operationId);
  const isOpen = !isEnded(live.state);
  const hasFailed = isOpen && live.steps.some(({ status }) => status === 'error') && !live.steps.some(({ status }) => status === 'in_progress');

  function stop() {
    if (watcher.stop(operationId) === 'refused') return noticeRefused(t('operations.stop_refused'));
    setStopping(true);
  }

  return (
    <Stack gap="md">
      {live.steps.length === 0 ? <LoadingRows rows={1} /> : <StepList steps={live.steps.map(listed)} />}
      {live.state === 'completed' && (
        <Alert color="teal" icon={<IconCheck />} role="status">
          {t('removal.work_done')}
        </Alert>
      )}
      {live.state === 'stopped' && (
        <Alert color="gray" icon={<IconPlayerStop />} role="status">
          {t('removal.work_stopped')}
        </Alert>
      )}
      {work.error && (
        <Alert color="red" icon={<IconX />} role="alert">
          {textOf(work.error)}
        </Alert>
      )}
      {isOpen && !hasFailed && (
        <Text size="sm" c="dimmed">
          {t('removal.work_goes_on')}
        </Text>
      )}
      <Group justify="flex-end" gap="sm">
        {hasFailed && kind && (
          <Button
            variant="light"
            leftSection={<IconRefresh size={16} />}
            loading={work.isPending}
            onClick={() => work.mutate({ kind, connectionId, operationId })}
          >
            {t('removal.retry_step')}
          </Button>
        )}
        {isOpen && live.seq > 0 && (
          <Button color="red" variant="light" leftSection={<IconPlayerStop size={16} />} loading={isStopping} onClick={stop}>
            {t('operations.stop')}
          </Button>
        )}
        <Button variant={isOpen ? 'default' : 'filled'} onClick={onClose}>
          {isOpen ? t('actions.close') : t('actions.done')}
        </Button>
      </Group>
    </Stack>
  );
}
