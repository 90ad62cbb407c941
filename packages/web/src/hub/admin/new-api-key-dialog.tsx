// Makes an API key and shows it, this once.
import { Alert, Button, Checkbox, Code, Group, Modal, Radio, Select, Stack, Text } from '@mantine/core';
import { type ApiKeyScope, apiKeyScopes } from '@relevo/protocol';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../look/copy-button.tsx';
import { FormDialog } from '../../look/form-dialog.tsx';
import { TextField } from '../../look/text-field.tsx';
import { useMe } from '../session/session.ts';
import { type NewApiKey, useCreateApiKey } from './admin-queries.ts';

const day = 86_400_000;
const lifetimes = { month: 30 * day, quarter: 90 * day, year: 365 * day, none: undefined } as const;
type Lifetime = keyof typeof lifetimes;
const lifetimeNames: Lifetime[] = ['month', 'quarter', 'year', 'none'];
const nameMax = 128;

export function NewApiKeyDialog({ onClose }: { onClose: () => void }) {
  const creation = useCreateApiKey();
  if (creation.data) return <ShownKey secret={creation.data.key} onClose={onClose} />;
  return <KeyForm creation={creation} onClose={onClose} />;
}

function KeyForm({ creation, onClose }: { creation: ReturnType<typeof useCreateApiKey>; onClose: () => void }) {
  const { t } = useTranslation();
  const { role } = useMe();
  const [name, setName] = useState('');
  const [lifetime, setLifetime] = useState<Lifetime>('quarter');
  const [isHeld, setHeld] = useState(true);
  const [scopes, setScopes] = useState<ApiKeyScope[]>(['read']);
  const offered = apiKeyScopes.filter((scope) => scope !== 'admin' || role === 'admin');

  function submit() {
    const expires = lifetimes[lifetime];
    const body: NewApiKey = { name: name.trim(), ...(expires !== undefined && { expires_in_ms: expires }), ...(isHeld && { scopes }) };
    return creation.mutateAsync(body);
  }

  return (
    <FormDialog
      title={t('api_keys.add')}
      submit={t('api_keys.create')}
      onSubmit={submit}
      onClose={onClose}
      staysOpen
      isPending={creation.isPending}
      error={creation.error}
      isComplete={name.trim() !== '' && (!isHeld || scopes.length > 0)}
    >
      <TextField
        label={t('api_keys.name')}
        placeholder={t('api_keys.name_example')}
        required
        autoComplete="off"
        maxLength={nameMax}
        hasFocus
        value={name}
        onChange={setName}
      />
      <Select
        label={t('api_keys.expires')}
        data={lifetimeNames.map((value) => ({ value, label: t(`api_keys.life_${value}`) }))}
        value={lifetime}
        onChange={(value) => value && setLifetime(value)}
        allowDeselect={false}
      />
      <Radio.Group label={t('api_keys.may')} value={isHeld ? 'some' : 'all'} onChange={(value) => setHeld(value === 'some')}>
        <Stack gap="xs" mt={6}>
          <Radio value="some" label={t('api_keys.may_some')} />
          <Radio value="all" label={t('api_keys.may_all')} description={t('api_keys.may_all_about')} />
        </Stack>
      </Radio.Group>
      {isHeld && (
        <Checkbox.Group label={t('api_keys.scopes')} value={scopes} onChange={(values) => setScopes(apiKeyScopes.filter((scope) => values.includes(scope)))}>
          <Stack gap="xs" mt={6}>
            {offered.map((scope) => (
              <Checkbox key={scope} value={scope} label={t(`api_keys.scope_${scope}`)} description={t(`api_keys.scope_about_${scope}`)} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
    </FormDialog>
  );
}

function ShownKey({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} title={t('api_keys.made')} closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false}>
      <Stack gap="md">
        <Alert color="yellow" icon={<IconAlertTriangle />}>
          {t('api_keys.once')}
        </Alert>
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', userSelect: 'all' }} aria-label={t('api_keys.key')}>
          {secret}
        </Code>
        <Text size="sm" c="dimmed">
          {t('api_keys.use')} <Code>Authorization: Bearer …</Code>
        </Text>
        <Group justify="space-between">
          <CopyButton text={secret} />
          <Button onClick={onClose} data-autofocus>
            {t('actions.done')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
