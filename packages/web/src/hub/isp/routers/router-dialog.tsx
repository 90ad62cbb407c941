// Makes a router, or changes one. Credentials are written here and never read.
import { Group, Input, PasswordInput, SegmentedControl, Select, Stack, Text, Textarea } from '@mantine/core';
import type { RouterResource } from '@relevo/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../../look/form-dialog.tsx';
import { NumberField } from '../../../look/number-field.tsx';
import { TextField } from '../../../look/text-field.tsx';
import { agentsQuery, takesFiles } from '../../agents/agent-queries.ts';
import { changesOf, formOf, isComplete, missingOf, portBounds, type RouterForm, withKind, withScheme } from './router-form.ts';
import { useSaveRouter } from './router-queries.ts';

interface RouterDialogProps {
  /** Which to change; a new one without. */
  router?: RouterResource | undefined;
  onClose: () => void;
  onSaved?: (router: RouterResource) => void;
}

export function RouterDialog({ router, onClose, onSaved }: RouterDialogProps) {
  const { t } = useTranslation();
  const save = useSaveRouter(router?.id_router);
  const [opened] = useState(() => formOf(router));
  const [form, setForm] = useState(opened);
  const isKept = router?.has_credentials ?? false;
  const set = (change: Partial<RouterForm>) => setForm((before) => ({ ...before, ...change }));

  function submit() {
    return save.mutateAsync(changesOf(form, router && opened), { onSuccess: (saved) => onSaved?.(saved) });
  }

  return (
    <FormDialog
      title={router ? t('routers.edit') : t('routers.add')}
      submit={t('actions.save')}
      onSubmit={submit}
      onClose={onClose}
      error={save.error}
      isPending={save.isPending}
      isComplete={isComplete(form, isKept)}
      size="lg"
    >
      <TextField label={t('routers.name')} required maxLength={200} hasFocus value={form.nombre} onChange={(nombre) => set({ nombre })} />
      <Stack gap={4}>
        <Input.Label component="div" id="router-kind">
          {t('routers.kind')}
        </Input.Label>
        <SegmentedControl
          aria-labelledby="router-kind"
          value={form.tipo}
          onChange={(tipo) => setForm((before) => withKind(before, tipo))}
          data={[
            { value: 'routeros' as const, label: t('routers.kind_routeros') },
            { value: 'linux' as const, label: t('routers.kind_linux') },
          ]}
        />
      </Stack>
      <Group grow preventGrowOverflow={false} wrap="wrap" align="flex-start">
        <TextField label={t('routers.host')} required maxLength={253} miw={180} flex={3} value={form.host} onChange={(host) => set({ host })} />
        {form.tipo === 'routeros' && (
          <Select
            label={t('routers.scheme')}
            data={['https' as const, 'http' as const]}
            allowDeselect={false}
            miw={110}
            flex={1}
            value={form.scheme === 'ssh' ? 'https' : form.scheme}
            onChange={(scheme) => scheme && setForm((before) => withScheme(before, scheme))}
          />
        )}
        <NumberField label={t('routers.port')} required bounds={portBounds} miw={90} flex={1} value={form.port} onChange={(port) => set({ port })} />
      </Group>
      {form.scheme === 'http' && (
        <Text size="sm" c="dimmed">
          {t('routers.http_about')}
        </Text>
      )}
      <AgentChoice value={form.agentId} onChange={(agentId) => set({ agentId })} />
      <Credentials form={form} onChange={set} isKept={isKept} />
      {form.tipo === 'linux' && (
        <TextField
          label={t('routers.nft_set')}
          description={t('routers.nft_set_about')}
          placeholder="inet relevo clientes"
          maxLength={160}
          value={form.nftSet}
          onChange={(nftSet) => set({ nftSet })}
        />
      )}
      {form.scheme !== 'http' && (
        <TextField
          label={t('routers.pin')}
          description={t('routers.pin_about')}
          maxLength={64}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          value={form.pin}
          onChange={(pin) => set({ pin })}
        />
      )}
    </FormDialog>
  );
}

function AgentChoice({ value, onChange }: { value: string | null; onChange: (agentId: string | null) => void }) {
  const { t } = useTranslation();
  const { data = [] } = useQuery(agentsQuery);
  const agents = data.filter((agent) => takesFiles(agent) || agent.id === value);
  return (
    <Select
      label={t('routers.agent')}
      description={t('routers.agent_about')}
      placeholder={t('routers.no_agent')}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('audit.clear') }}
      data={agents.map(({ id, name, status }) => ({ value: id, label: `${name} · ${t(`agents.status_${status}`)}` }))}
      value={value}
      onChange={onChange}
    />
  );
}

interface CredentialsProps {
  form: RouterForm;
  onChange: (change: Partial<RouterForm>) => void;
  /** The hub has some; what is left empty stays. */
  isKept: boolean;
}

function Credentials({ form, onChange, isKept }: CredentialsProps) {
  const { t } = useTranslation();
  const missing = missingOf(form, isKept);
  return (
    <Stack component="fieldset" gap="sm" p="sm" m={0} className="relevo-fieldset">
      <Input.Label component="legend" px={4}>
        {t('routers.credentials')}
      </Input.Label>
      <Text size="sm" c="dimmed">
        {isKept ? t('routers.credentials_kept') : t('routers.credentials_about')}
      </Text>
      <Group grow align="flex-start">
        <TextField
          label={t('routers.username')}
          autoComplete="off"
          maxLength={128}
          error={missing === 'username' && t('routers.username_missing')}
          value={form.username}
          onChange={(username) => onChange({ username })}
        />
        <PasswordInput
          label={t('sign_in.password')}
          autoComplete="new-password"
          maxLength={1024}
          error={missing === 'secret' && (form.tipo === 'linux' ? t('routers.password_or_key_missing') : t('routers.password_missing'))}
          value={form.password}
          onChange={(event) => onChange({ password: event.currentTarget.value })}
          visibilityToggleButtonProps={{ 'aria-label': t('sign_in.show_password') }}
        />
      </Group>
      {form.tipo === 'linux' && (
        <Textarea
          label={t('routers.private_key')}
          description={t('routers.private_key_about')}
          placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
          autosize
          minRows={2}
          maxRows={6}
          maxLength={16_384}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          value={form.privateKey}
          onChange={(event) => onChange({ privateKey: event.currentTarget.value })}
        />
      )}
    </Stack>
  );
}
