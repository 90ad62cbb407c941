// What can be done with the connections that are chosen: suspend, reactivate or remove them, all by one request that is then watched.
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../language/formats.ts';
import { useConfirmation } from '../../../look/confirmation.tsx';
import { useErrorText } from '../../../look/error-text.ts';
import { useFocusBack } from '../../../look/focus-back.ts';
import { SelectionBar } from '../../../look/selection-bar.tsx';
import { TextField } from '../../../look/text-field.tsx';
import { useTold, useToldWhenGone } from '../../../look/told.ts';
import { useBulkWork } from './bulk-queries.ts';
import { selectionMaxQuery } from './connection-queries.ts';

interface ChosenActionsProps {
  /** Ids of connections. */
  chosen: readonly number[];
  onClear: () => void;
}

export function ChosenActions({ chosen, onClear }: ChosenActionsProps) {
  const { t } = useTranslation();
  const confirm = useConfirmation();
  const told = useTold();
  const navigate = useNavigate();
  const suspension = useBulkWork('suspend');
  const reactivation = useBulkWork('reactivate');
  const [isRemoving, { open, close }] = useDisclosure(false);
  const formats = useFormats();
  const count = chosen.length;
  const { data: max = count } = useQuery({ ...selectionMaxQuery, enabled: count > 0 });

  function watch(operationId: string) {
    onClear();
    void navigate({ to: '/operations/$operationId', params: { operationId } });
  }

  function askToSuspend() {
    confirm({
      title: t('connections.suspend_many_title', { count }),
      text: t('connections.suspend_many_text'),
      action: t('connections.suspend'),
      onConfirm: () => void told(suspension.mutateAsync(chosen), watch),
    });
  }

  function askToReactivate() {
    confirm({
      title: t('connections.reactivate_many_title', { count }),
      text: t('connections.reactivate_many_text'),
      action: t('connections.reactivate'),
      onConfirm: () => void told(reactivation.mutateAsync(chosen), watch),
    });
  }

  if (count > max)
    return (
      <SelectionBar count={count} onClear={onClear}>
        <Text size="sm">{t('connections.too_many', { max: formats.number(max) })}</Text>
      </SelectionBar>
    );
  return (
    <SelectionBar count={count} onClear={onClear}>
      <Button size="compact-sm" variant="default" leftSection={<IconPlayerPause size={14} />} loading={suspension.isPending} onClick={askToSuspend}>
        {t('connections.suspend')}
      </Button>
      <Button size="compact-sm" variant="default" leftSection={<IconPlayerPlay size={14} />} loading={reactivation.isPending} onClick={askToReactivate}>
        {t('connections.reactivate')}
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
  const removal = useBulkWork('remove');
  const [typed, setTyped] = useState('');
  useFocusBack();
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
          <TextField label={t('connections.type_count', { count })} inputMode="numeric" autoComplete="off" hasFocus value={typed} onChange={setTyped} />
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
