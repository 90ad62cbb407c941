// Renames and labels an agent.
import { Alert, Button, Group, Modal, Stack, TagsInput, TextInput } from '@mantine/core';
import type { AgentResource } from '@relevo/protocol';
import { IconAlertCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../look/error-text.ts';
import { agentsQuery, useChangeAgent } from './agent-queries.ts';

export function EditAgentDialog({ agent, onClose }: { agent: AgentResource; onClose: () => void }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const change = useChangeAgent();
  const { data = [] } = useQuery(agentsQuery);
  const [name, setName] = useState(agent.name);
  const [labels, setLabels] = useState(agent.labels);

  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate({ id: agent.id, name: name.trim(), labels }, { onSuccess: onClose });
  }

  return (
    <Modal opened onClose={onClose} title={t('agents.edit_title')} closeButtonProps={{ 'aria-label': t('actions.close') }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={t('agents.name')}
            required
            withAsterisk={false}
            maxLength={128}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TagsInput
            label={t('agents.labels')}
            description={t('agents.labels_about')}
            data={[...new Set(data.flatMap((other) => other.labels))].sort()}
            value={labels}
            onChange={setLabels}
            acceptValueOnBlur
          />
          {change.error && (
            <Alert color="red" icon={<IconAlertCircle />} role="alert">
              {textOf(change.error)}
            </Alert>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('actions.cancel')}
            </Button>
            <Button type="submit" loading={change.isPending} disabled={name.trim() === ''}>
              {t('actions.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
