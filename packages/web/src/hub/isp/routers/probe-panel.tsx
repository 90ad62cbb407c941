// Tests whether a router can be reached, shows the key that it presents, and lets a person approve that key.
import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import type { RouterResource } from '@relevo/protocol';
import { IconAlertTriangle, IconKey, IconPlugConnected } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../../http/api-error.ts';
import { useErrorText } from '../../../look/error-text.ts';
import { noticeDone } from '../../../look/notices.ts';
import { Surface } from '../../../look/surface.tsx';
import { newOperationId } from '../../operations/operation-id.ts';
import { LiveMessage } from '../live-message.tsx';
import { useProbe, useSaveRouter } from './router-queries.ts';

export function ProbePanel({ router }: { router: RouterResource }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const [operationId, setOperationId] = useState<string>();
  const probe = useProbe(router.id_router);
  const found = probe.data?.pin ?? (probe.error instanceof ApiError ? pinIn(probe.error.said) : undefined);

  function test() {
    const id = newOperationId('probe-router');
    setOperationId(id);
    probe.mutate(id);
  }

  return (
    <Surface component="section" p="md" aria-label={t('routers.test')}>
      <Stack gap="sm">
        <Group justify="space-between" gap="sm">
          <Text size="sm" c="dimmed" flex={1} miw={200}>
            {t('routers.test_about')}
          </Text>
          <Button variant="default" leftSection={<IconPlugConnected size={16} />} loading={probe.isPending} onClick={test}>
            {t('routers.test')}
          </Button>
        </Group>
        {probe.isPending && operationId && <LiveMessage operationId={operationId} />}
        {probe.error && (
          <Alert color={found ? 'yellow' : 'red'} icon={<IconAlertTriangle />} role="alert">
            {textOf(probe.error)}
          </Alert>
        )}
        {probe.data && (
          <Text size="sm" role="status">
            {t('routers.identity')}: <strong>{probe.data.identity || '–'}</strong>
          </Text>
        )}
        {found && <FoundKey router={router} pin={found} onApproved={() => probe.reset()} />}
      </Stack>
    </Surface>
  );
}

/** A router whose key is not the approved one is not signed in to, and the refusal tells the key: SHA-256 in base64. */
function pinIn(text: string): string | undefined {
  return /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}(?![A-Za-z0-9+/])/.exec(text)?.[0];
}

/** The key is a person's to compare: with the router's own label, or with who set it up. */
function FoundKey({ router, pin, onApproved }: { router: RouterResource; pin: string; onApproved: () => void }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const save = useSaveRouter(router.id_router);
  const isApproved = router.pin === pin;
  const hasChanged = router.pin !== null && !isApproved;

  function approve() {
    save.mutate(
      { pin },
      {
        onSuccess: () => {
          noticeDone(t('routers.pin_approved'));
          onApproved();
        },
      },
    );
  }

  return (
    <Stack gap="xs">
      <Group gap="xs">
        <IconKey size={16} aria-hidden />
        <Text size="sm" component="span">
          {isApproved ? t('routers.pin_known') : t('routers.pin_found')}
        </Text>
        <Code className="relevo-name">SHA256:{pin}</Code>
      </Group>
      {hasChanged && (
        <Alert color="yellow" icon={<IconAlertTriangle />}>
          {t('routers.pin_changed')}
        </Alert>
      )}
      {!isApproved && (
        <Group>
          <Button size="sm" {...(hasChanged && { color: 'red' })} loading={save.isPending} onClick={approve}>
            {t('routers.approve_pin')}
          </Button>
          {save.error && (
            <Text size="sm" c="red" role="alert">
              {textOf(save.error)}
            </Text>
          )}
        </Group>
      )}
    </Stack>
  );
}
