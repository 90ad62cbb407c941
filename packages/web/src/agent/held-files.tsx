// The files that lie on this machine.
import { ActionIcon, Button, Group } from '@mantine/core';
import type { HeldFile } from '@relevo/protocol';
import { IconExternalLink, IconFiles, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useConfirmation } from '../look/confirmation.tsx';
import { DataTable } from '../look/data-table.tsx';
import { heldColumns, heldKey } from '../look/held-columns.tsx';
import { noticeDone } from '../look/notices.ts';
import { Empty } from '../look/states.tsx';
import { useTold } from '../look/told.ts';
import { HeldMenu } from './held-menu.tsx';
import { heldFilesQuery, useDeleteHeld } from './local-queries.ts';

export function HeldFiles() {
  const { t } = useTranslation();
  const query = useQuery(heldFilesQuery);
  const columns = useMemo(() => heldColumns(t, { width: 170, cell: (file) => <HeldActions file={file} /> }), [t]);
  return (
    <DataTable
      label={t('agent.held')}
      columns={columns}
      query={query}
      rows={query.data}
      keyOf={heldKey}
      empty={<Empty icon={<IconFiles />} title={t('agent.held_none')} text={t('agent.held_none_text')} />}
    />
  );
}

function HeldActions({ file }: { file: HeldFile }) {
  const { t } = useTranslation();
  return (
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
      <DeleteButton file={file} />
      <HeldMenu file={file} />
    </Group>
  );
}

function DeleteButton({ file: { name } }: { file: HeldFile }) {
  const { t } = useTranslation();
  const confirm = useConfirmation();
  const told = useTold();
  const deletion = useDeleteHeld();

  function askToDelete() {
    confirm({
      title: t('agent.delete_title'),
      text: t('agent.delete_text', { name }),
      action: t('actions.delete'),
      onConfirm: () => void told(deletion.mutateAsync(name), () => noticeDone(t('agent.deleted', { name }))),
    });
  }

  return (
    <ActionIcon variant="subtle" color="red" loading={deletion.isPending} onClick={askToDelete} aria-label={t('files.delete_named', { name })}>
      <IconTrash size={16} />
    </ActionIcon>
  );
}
