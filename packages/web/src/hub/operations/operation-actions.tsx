// What can be done with an operation: stop it, try again what failed, and show it to somebody else.
import { Button, CopyButton, Popover, Stack, Text, TextInput } from '@mantine/core';
import { useWatcher } from '@relevo/progress/react';
import { stateOfStep } from '@relevo/progress/watch';
import { isEnded, isSettled } from '@relevo/protocol';
import { IconLink, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { noticeRefused } from '../../look/notices.ts';
import { useTold } from '../../look/told.ts';
import { useMe } from '../session/session.ts';
import type { ShownOperation } from './merged-operation.ts';
import { useRetry } from './operation-queries.ts';

export function OperationActions({ operation }: { operation: ShownOperation }) {
  const { kind, state, steps } = operation;
  const missed = steps.filter(({ status }) => status !== 'completed').length;
  return (
    <>
      <ShareButton operation={operation} />
      {kind === 'delivery' && isEnded(state) && missed > 0 && <RetryButton operation={operation} missed={missed} />}
      {!isEnded(state) && <StopButton operation={operation} />}
    </>
  );
}

function StopButton({ operation: { operation_id, steps } }: { operation: ShownOperation }) {
  const { t } = useTranslation();
  const watcher = useWatcher();
  const [isAsked, setAsked] = useState(false);
  const isStopping = isAsked || steps.some(({ status, code }) => !isSettled(status) && code === 'step.stopping');

  function stop() {
    if (watcher.stop(operation_id) === 'refused') return noticeRefused(t('operations.stop_refused'));
    setAsked(true);
  }

  return (
    <Button color="red" variant="light" leftSection={<IconPlayerStop size={16} />} loading={isStopping} onClick={stop}>
      {t('operations.stop')}
    </Button>
  );
}

function RetryButton({ operation, missed }: { operation: ShownOperation; missed: number }) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const told = useTold();
  const retry = useRetry();
  const isStopped = operation.steps.every((step) => step.status === 'completed' || stateOfStep(step) === 'stopped');

  function begin() {
    const search = operation.user_id === me.id ? {} : { user: operation.user_id };
    const show = (operationId: string) => void navigate({ to: '/operations/$operationId', params: { operationId }, search });
    void told(retry.mutateAsync(operation, { onSuccess: ({ operation_id }) => show(operation_id) }));
  }

  return (
    <Button leftSection={<IconRefresh size={16} />} loading={retry.isPending} onClick={begin}>
      {isStopped ? t('operations.send_again', { count: missed }) : t('operations.retry', { count: missed })}
    </Button>
  );
}

/** The address with its owner in it, so that an administrator who opens it finds this operation and no other of the same id. */
function ShareButton({ operation: { operation_id, user_id } }: { operation: ShownOperation }) {
  const { t } = useTranslation();
  const url = `${location.origin}/operations/${encodeURIComponent(operation_id)}?user=${user_id}`;
  return (
    <Popover width={360} position="bottom-end" trapFocus withArrow shadow="md">
      <Popover.Target>
        <Button variant="default" leftSection={<IconLink size={16} />}>
          {t('operations.share')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className="relevo-surface" aria-label={t('operations.share')}>
        <Stack gap="sm">
          <Text size="sm">{t('operations.share_text')}</Text>
          <TextInput readOnly value={url} aria-label={t('operations.share_link')} onFocus={(event) => event.currentTarget.select()} data-autofocus />
          {/* Where the page came over plain HTTP the browser gives no clipboard: the text is there to be copied by hand. */}
          {navigator.clipboard && (
            <CopyButton value={url}>
              {({ copied, copy }) => (
                <Button size="xs" variant={copied ? 'light' : 'filled'} onClick={copy}>
                  {copied ? t('actions.copied') : t('actions.copy')}
                </Button>
              )}
            </CopyButton>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
