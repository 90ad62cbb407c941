// Brings a new agent in: makes a token, shows the exact command, and turns green when the agent arrives.
import { Alert, Button, Group, Modal, Select, Stack, Switch, TagsInput, Text } from '@mantine/core';
import type { AgentResource } from '@relevo/protocol';
import { IconCircleCheck } from '@tabler/icons-react';
import { usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readNumber } from '../../language/read-number.ts';
import { FormDialog } from '../../look/form-dialog.tsx';
import { NumberField } from '../../look/number-field.tsx';
import { agentsQuery, executablesQuery, useCreateToken } from './agent-queries.ts';
import { AgentState } from './agent-state.tsx';
import { EnrolmentCommand } from './enrolment-command.tsx';

const hour = 3_600_000;
const lifetimes = { hour, day: 24 * hour, week: 168 * hour } as const;
const usesBounds = { min: 1, max: 100_000, decimals: 0 };

interface EnrolmentDialogProps {
  /** Ids of the agents that were there when the dialog opened. */
  known: readonly string[];
  onClose: () => void;
  /** A token was made. */
  onMade?: () => void;
}

export function EnrolmentDialog({ known, onClose, onMade }: EnrolmentDialogProps) {
  const { t } = useTranslation();
  const [before] = useState(() => new Set(known));
  const { data = [] } = useQuery(agentsQuery);
  // The hub hashes a new executable when it is first asked: that is done when the token is.
  usePrefetchQuery(executablesQuery);
  const creation = useCreateToken();
  if (!creation.data) return <TokenForm creation={creation} onClose={onClose} onMade={onMade} />;
  return (
    <Modal opened onClose={onClose} size="lg" title={t('enrolment.title')} closeButtonProps={{ 'aria-label': t('actions.close') }}>
      <Stack gap="md">
        <EnrolmentCommand token={creation.data.token} />
        <Arrivals agents={data.filter(({ id }) => !before.has(id))} />
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('actions.done')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface TokenFormProps {
  creation: ReturnType<typeof useCreateToken>;
  onClose: () => void;
  onMade: (() => void) | undefined;
}

function TokenForm({ creation, onClose, onMade }: TokenFormProps) {
  const { t } = useTranslation();
  const [uses, setUses] = useState('1');
  const [lifetime, setLifetime] = useState<keyof typeof lifetimes>('day');
  const [labels, setLabels] = useState<string[]>([]);
  const [isApproved, setApproved] = useState(true);
  const { value: count = 0 } = readNumber(uses, usesBounds, '.');

  return (
    <FormDialog
      title={t('enrolment.title')}
      submit={t('enrolment.create')}
      size="lg"
      onSubmit={() => creation.mutateAsync({ uses: count, expires_in_ms: lifetimes[lifetime], labels, approved: isApproved }, { onSuccess: () => onMade?.() })}
      onClose={onClose}
      staysOpen
      isComplete={count > 0}
      isPending={creation.isPending}
      error={creation.error}
    >
      <Text size="sm" c="dimmed">
        {t('enrolment.about')}
      </Text>
      <Group grow align="flex-start">
        <NumberField label={t('enrolment.uses')} required bounds={usesBounds} value={uses} onChange={setUses} />
        <Select
          label={t('enrolment.expires')}
          data={[
            { value: 'hour', label: t('enrolment.hour') },
            { value: 'day', label: t('enrolment.day') },
            { value: 'week', label: t('enrolment.week') },
          ]}
          value={lifetime}
          onChange={(value) => value && setLifetime(value)}
          allowDeselect={false}
        />
      </Group>
      <TagsInput label={t('agents.labels')} description={t('agents.labels_about')} value={labels} onChange={setLabels} acceptValueOnBlur />
      <Switch
        label={t('enrolment.approved')}
        description={t('enrolment.approved_about')}
        checked={isApproved}
        onChange={(event) => setApproved(event.currentTarget.checked)}
      />
    </FormDialog>
  );
}

function Arrivals({ agents }: { agents: readonly AgentResource[] }) {
  const { t } = useTranslation();
  if (agents.length === 0) {
    return (
      <Text size="sm" c="dimmed" role="status">
        {t('enrolment.waiting')}
      </Text>
    );
  }
  return (
    <Alert color="teal" icon={<IconCircleCheck />} role="status" title={t('enrolment.arrived', { count: agents.length })}>
      <Stack gap={4}>
        {agents.map((agent) => (
          <Group key={agent.id} gap="sm">
            <Text size="sm" fw={500} component="bdi">
              {agent.name}
            </Text>
            <AgentState status={agent.status} />
          </Group>
        ))}
      </Stack>
    </Alert>
  );
}
