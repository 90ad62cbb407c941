// Everything about one file: what is in it, its hash, who has it, and how it got there.
import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import type { FileResource } from '@relevo/protocol';
import { IconDownload, IconSend, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { CopyButton } from '../../look/copy-button.tsx';
import { Name } from '../../look/name.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { Failed, LoadingRows } from '../../look/states.tsx';
import { FilePreview } from './file-preview.tsx';
import { contentPath, fileQuery } from './file-queries.ts';
import type { FileActions } from './file-table.tsx';
import { FileWhereabouts } from './file-whereabouts.tsx';

interface FileDrawerProps {
  fileId: string | undefined;
  /** The row it was opened from, while there is one. */
  known: FileResource | undefined;
  actions: FileActions;
  onClose: () => void;
}

export function FileDrawer({ fileId, known, actions, onClose }: FileDrawerProps) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened={fileId !== undefined}
      onClose={onClose}
      position="right"
      size="min(520px, 100vw)"
      title={t('files.details')}
      closeButtonProps={{ 'aria-label': t('actions.close') }}
    >
      {fileId !== undefined && <Details key={fileId} fileId={fileId} known={known} actions={actions} />}
    </Drawer>
  );
}

function Details({ fileId, known, actions }: { fileId: string; known: FileResource | undefined; actions: FileActions }) {
  const { t } = useTranslation();
  const { data: file, error, refetch } = useQuery({ ...fileQuery(fileId), ...(known && { initialData: known, initialDataUpdatedAt: 0 }) });
  if (!file) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <LoadingRows />;
  return (
    <Stack gap="lg">
      <Text component="h2" fw={600} fz="lg" className="relevo-name">
        <Name>{file.name}</Name>
      </Text>
      <Group gap="sm">
        <Button size="sm" leftSection={<IconSend size={16} />} onClick={() => actions.send(file)}>
          {t('files.send')}
        </Button>
        <Button size="sm" variant="default" component="a" href={contentPath(file)} download={file.name} leftSection={<IconDownload size={16} />}>
          {t('actions.download')}
        </Button>
        <Button size="sm" variant="subtle" color="red" leftSection={<IconTrash size={16} />} onClick={() => actions.remove(file)}>
          {t('actions.delete')}
        </Button>
      </Group>
      <FilePreview file={file} />
      <Facts file={file} />
      <FileWhereabouts file={file} />
    </Stack>
  );
}

function Facts({ file }: { file: FileResource }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <dl className="relevo-facts">
      <dt>{t('files.size')}</dt>
      <dd>
        {formats.bytes(file.size)}
        {file.size >= 1000 && <Text span c="dimmed" size="sm">{` (${t('files.exact_size', { bytes: formats.number(file.size) })})`}</Text>}
      </dd>
      <dt>{t('files.type')}</dt>
      <dd>{file.media_type}</dd>
      <dt>{t('files.added')}</dt>
      <dd>
        <RelativeTime iso={file.created_at} />
      </dd>
      <dt>SHA-256</dt>
      <dd>
        <Group gap={4} wrap="nowrap" align="flex-start">
          <Text span ff="monospace" size="xs" className="relevo-name">
            {file.sha256}
          </Text>
          <CopyButton text={file.sha256} label={t('files.copy_hash')} />
        </Group>
      </dd>
    </dl>
  );
}
