// Renames and labels an agent.
import { TagsInput } from '@mantine/core';
import type { AgentResource } from '@relevo/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../look/form-dialog.tsx';
import { TextField } from '../../look/text-field.tsx';
import { useTold } from '../../look/told.ts';
import { noticeWithUndo } from '../../look/undo-notice.tsx';
import { agentsQuery, useChangeAgent } from './agent-queries.ts';

export function EditAgentDialog({ agent, onClose }: { agent: AgentResource; onClose: () => void }) {
  const { t } = useTranslation();
  const change = useChangeAgent();
  const told = useTold();
  const { data = [] } = useQuery(agentsQuery);
  const [name, setName] = useState(agent.name);
  const [labels, setLabels] = useState(agent.labels);

  async function save() {
    const before = { id: agent.id, name: agent.name, labels: agent.labels };
    await change.mutateAsync({ id: agent.id, name: name.trim(), labels });
    noticeWithUndo({
      message: t('agents.changed', { name: name.trim() }),
      undo: t('actions.undo'),
      onUndo: () => void told(change.mutateAsync(before)),
    });
  }

  return (
    <FormDialog
      title={t('agents.edit_title')}
      submit={t('actions.save')}
      onSubmit={save}
      onClose={onClose}
      isPending={change.isPending}
      error={change.error}
      isComplete={name.trim() !== ''}
    >
      <TextField label={t('agents.name')} required maxLength={128} hasFocus value={name} onChange={setName} />
      <TagsInput
        label={t('agents.labels')}
        description={t('agents.labels_about')}
        data={[...new Set(data.flatMap((other) => other.labels))].sort()}
        value={labels}
        onChange={setLabels}
        acceptValueOnBlur
      />
    </FormDialog>
  );
}
