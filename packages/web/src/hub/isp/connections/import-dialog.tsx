// Brings connections in from a CSV file: dropped or chosen, checked and written while one watches, and what is wrong with which line.
import { Alert, Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { useOperation, useWatcher } from '@relevo/progress/react';
import { isEnded } from '@relevo/protocol';
import { IconCheck, IconFileTypeCsv, IconPlayerStop, IconX } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../../look/error-text.ts';
import { useFocusBack } from '../../../look/focus-back.ts';
import { Name } from '../../../look/name.tsx';
import { noticeRefused } from '../../../look/notices.ts';
import { useToldWhenGone } from '../../../look/told.ts';
import { newOperationId } from '../../operations/operation-id.ts';
import { listed } from '../removal/shown-steps.ts';
import { StepList } from '../removal/step-list.tsx';
import { ImportErrors } from './import-errors.tsx';
import { importQuery, useImport } from './import-queries.ts';

interface ImportDialogProps {
  /** An import that was begun; undefined: the choice of a file. */
  operationId: string | undefined;
  onBegun: (operationId: string) => void;
  onAgain: () => void;
  onClose: () => void;
}

export function ImportDialog({ operationId, onBegun, onAgain, onClose }: ImportDialogProps) {
  const { t } = useTranslation();
  useFocusBack();
  return (
    <Modal opened onClose={onClose} size="lg" title={t('import.title')} closeButtonProps={{ 'aria-label': t('actions.close') }} closeOnClickOutside={false}>
      {operationId === undefined ? <Choice onBegun={onBegun} onClose={onClose} /> : <Progress operationId={operationId} onAgain={onAgain} onClose={onClose} />}
    </Modal>
  );
}

/** A file that a browser on Windows calls by what Excel registered. */
const csvTypes = ['text/csv', 'application/vnd.ms-excel', 'text/plain'];

function Choice({ onBegun, onClose }: { onBegun: (operationId: string) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const told = useToldWhenGone();
  const begin = useImport();
  const [file, setFile] = useState<File>();
  const [isPartial, setPartial] = useState(false);

  function start() {
    if (!file) return;
    const operationId = newOperationId('import');
    void told(begin.mutateAsync({ file, isPartial, operationId }), () => onBegun(operationId));
  }

  return (
    <Stack gap="md">
      <Dropzone accept={csvTypes} multiple={false} onDrop={([dropped]) => setFile(dropped)} inputProps={{ 'aria-label': t('import.choose') }}>
        <Group gap="md" wrap="nowrap" style={{ pointerEvents: 'none' }}>
          <IconFileTypeCsv size={36} stroke={1.4} aria-hidden />
          <Stack gap={2}>
            <Text fw={500}>{file ? <Name>{file.name}</Name> : t('import.drop')}</Text>
            <Text size="sm" c="dimmed">
              {t('import.about')}
            </Text>
          </Stack>
        </Group>
      </Dropzone>
      <Checkbox
        label={t('import.partial')}
        description={t('import.partial_about')}
        checked={isPartial}
        onChange={(event) => setPartial(event.currentTarget.checked)}
      />
      {begin.error && (
        <Alert color="red" icon={<IconX />} role="alert">
          {textOf(begin.error)}
        </Alert>
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          {t('actions.cancel')}
        </Button>
        <Button disabled={!file} loading={begin.isPending} onClick={start}>
          {t('import.start')}
        </Button>
      </Group>
    </Stack>
  );
}

interface ProgressProps {
  operationId: string;
  onAgain: () => void;
  onClose: () => void;
}

function Progress({ operationId, onAgain, onClose }: ProgressProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const watcher = useWatcher();
  const { state, steps, seq } = useOperation(operationId);
  const isOver = isEnded(state);
  const { data } = useQuery({ ...importQuery(operationId), enabled: isOver });
  useEffect(() => {
    if (isOver) void queryClient.invalidateQueries({ queryKey: ['isp'] });
  }, [isOver, queryClient]);

  function stop() {
    if (watcher.stop(operationId) === 'refused') noticeRefused(t('operations.stop_refused'));
  }

  return (
    <Stack gap="md">
      <StepList steps={steps.map(listed)} />
      {state === 'completed' && data && (
        <Alert color="teal" icon={<IconCheck />} role="status">
          {t('import.done', { count: data.imported })}
        </Alert>
      )}
      {data && data.errors_total > 0 && <ImportErrors errors={data.errors} total={data.errors_total} />}
      <Group justify="flex-end" gap="sm">
        {isOver && state !== 'completed' && (
          <Button variant="light" onClick={onAgain}>
            {t('import.again')}
          </Button>
        )}
        {!isOver && seq > 0 && (
          <Button color="red" variant="light" leftSection={<IconPlayerStop size={16} />} onClick={stop}>
            {t('operations.stop')}
          </Button>
        )}
        <Button variant={isOver ? 'filled' : 'default'} onClick={onClose}>
          {isOver ? t('actions.done') : t('actions.close')}
        </Button>
      </Group>
    </Stack>
  );
}
