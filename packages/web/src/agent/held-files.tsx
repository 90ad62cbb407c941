// The files that lie on this machine.
import { Button, Group, Table, Text, VisuallyHidden } from '@mantine/core';
import type { HeldFile } from '@relevo/protocol';
import { IconExternalLink, IconFiles, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../language/formats.ts';
import { useConfirmation } from '../look/confirmation.tsx';
import { useErrorText } from '../look/error-text.ts';
import { Name } from '../look/name.tsx';
import { noticeDone, noticeRefused } from '../look/notices.ts';
import { RelativeTime } from '../look/relative-time.tsx';
import { Empty, Failed, LoadingRows } from '../look/states.tsx';
import { Surface } from '../look/surface.tsx';
import { heldFilesQuery, useDeleteHeld } from './local-queries.ts';

/** Rows shown at first, and with each wish for more. */
const rowsStep = 100;

export function HeldFiles() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(heldFilesQuery);
  const [rows, setRows] = useState(rowsStep);
  if (!data) return <Surface>{error ? <Failed error={error} onRetry={() => void refetch()} /> : <LoadingRows rows={2} />}</Surface>;
  return (
    <>
      <Surface style={{ overflow: 'hidden' }}>
        {data.length === 0 ? (
          <Empty icon={<IconFiles />} title={t('agent.held_none')} text={t('agent.held_none_text')} />
        ) : (
          <Table highlightOnHover verticalSpacing="sm" horizontalSpacing="md" aria-label={t('agent.held')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('files.name')}</Table.Th>
                <Table.Th w={110} visibleFrom="sm">
                  {t('files.size')}
                </Table.Th>
                <Table.Th w={150} visibleFrom="sm">
                  {t('files.received')}
                </Table.Th>
                <Table.Th w={{ base: 200, sm: 210 }}>
                  <VisuallyHidden>{t('actions.title')}</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.slice(0, rows).map((file) => (
                <HeldRow key={file.name} file={file} />
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Surface>
      {data.length > rows && (
        <Group justify="center" mt="sm">
          <Button variant="default" onClick={() => setRows(rows + rowsStep)}>
            {t('actions.more')}
          </Button>
        </Group>
      )}
    </>
  );
}

function HeldRow({ file }: { file: HeldFile }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const confirm = useConfirmation();
  const textOf = useErrorText();
  const queryClient = useQueryClient();
  const deletion = useDeleteHeld();

  function askToDelete() {
    confirm({
      title: t('agent.delete_title'),
      text: t('agent.delete_text', { name: file.name }),
      action: t('actions.delete'),
      onConfirm: () =>
        deletion.mutate(file.name, {
          onSuccess: () => noticeDone(t('agent.deleted', { name: file.name })),
          onError: (error) => noticeRefused(textOf(error)),
          onSettled: () => void queryClient.invalidateQueries({ queryKey: heldFilesQuery.queryKey }),
        }),
    });
  }

  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={500}>
          <Name>{file.name}</Name>
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {formats.bytes(file.size)}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" style={{ whiteSpace: 'nowrap' }} title={t('files.exact_size', { bytes: formats.number(file.size) })}>
          {formats.bytes(file.size)}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" c="dimmed">
          <RelativeTime iso={file.received_at} />
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <Button
            component="a"
            href={`/api/files/${encodeURIComponent(file.name)}/content?inline`}
            target="_blank"
            rel="noreferrer"
            size="compact-sm"
            variant="light"
            leftSection={<IconExternalLink size={14} />}
            aria-label={t('agent.open_named', { name: file.name })}
          >
            {t('agent.open')}
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            leftSection={<IconTrash size={14} />}
            loading={deletion.isPending}
            onClick={askToDelete}
            aria-label={t('files.delete_named', { name: file.name })}
          >
            {t('actions.delete')}
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
