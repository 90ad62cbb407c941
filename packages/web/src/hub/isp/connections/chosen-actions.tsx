// What can be done with the connections that are chosen: suspend them, or remove them, all at once.
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlayerPause, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConfirmation } from '../../../look/confirmation.tsx';
import { useErrorText } from '../../../look/error-text.ts';
import { noticeDone, noticeRefused } from '../../../look/notices.ts';
import { SelectionBar } from '../../../look/selection-bar.tsx';
import { useTold, useToldWhenGone } from '../../../look/told.ts';
import { useRemoveMany, useSuspendMany } from './bulk-queries.ts';

interface ChosenActionsProps {
  /** Ids of connections. */
  chosen: readonly number[];
  onClear: () => void;
}

export function ChosenActions({ chosen, onClear }: ChosenActionsProps) {
  const { t } = useTranslation();
  const confirm = useConfirmation();
  const textOf = useErrorText();
  const told = useTold();
  const suspension = useSuspendMany();
  const [isRemoving, { open, close }] = useDisclosure(false);
  const count = chosen.length;

  function askToSuspend() {
    confirm({
      title: t('connections.suspend_many_title', { count }),
      text: t('connections.suspend_many_text'),
      action: t('connections.suspend'),
      onConfirm: () =>
        void told(suspension.mutateAsync(chosen), ({ begun, refused }) => {
          if (begun > 0) noticeDone(t('connections.suspending', { count: begun }));
          const [first] = refused;
          if (first) noticeRefused(t('connections.not_suspended', { count: refused.length, reason: textOf(first) }));
          onClear();
        }),
    });
  }

  return (
    <SelectionBar count={count} onClear={onClear}>
      <Button size="compact-sm" variant="default" leftSection={<IconPlayerPause size={14} />} loading={suspension.isPending} onClick={askToSuspend}>
        {t('connections.suspend')}
      </Button>
      <Button size="compact-sm" color="red" variant="light" leftSection={<IconTrash size={14} />} onClick={open}>
        {t('removal.title')}
      </Button>
      {isRemoving && <RemoveMany chosen={chosen} onClose={close} />}
    </SelectionBar>
  );
}

/** Many are removed only by whoever says how many. */
function RemoveMany({ chosen, onClose }: { chosen: readonly number[]; onClose: () => void }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const navigate = useNavigate();
  const told = useToldWhenGone();
  const removal = useRemoveMany();
  const [typed, setTyped] = useState('');
  const count = chosen.length;

  function submit(event: FormEvent) {
    event.preventDefault();
    void told(removal.mutateAsync(chosen), (operationId) => void navigate({ to: '/operations/$operationId', params: { operationId } }));
  }

  return (
    <Modal opened onClose={onClose} title={t('connections.remove_many_title', { count })} closeButtonProps={{ 'aria-label': t('actions.close') }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">{t('connections.remove_many_text')}</Text>
          <TextInput
            label={t('connections.type_count', { count })}
            inputMode="numeric"
            autoComplete="off"
            data-autofocus
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          {removal.error && (
            <Text size="sm" c="red" role="alert">
              {textOf(removal.error)}
            </Text>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('actions.cancel')}
            </Button>
            <Button type="submit" color="red" loading={removal.isPending} disabled={typed.trim() !== String(count)}>
              {t('removal.confirm')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
