// Tests whether a router can be reached, shows the key that it presents, and lets a person approve that key.
import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import type { RouterResource } from '@relevo/protocol';
import { IconAlertTriangle, IconKey, IconPlugConnected } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../../http/api-error.ts';
import { useErrorText } from '../../../look/error-text.ts';
import { noticeDone } from '../../../look/notices.ts';
import { AskedPanel } from './asked-panel.tsx';
import { type useProbe, useSaveRouter } from './router-queries.ts';

interface ProbePanelProps {
  router: RouterResource;
  probe: ReturnType<typeof useProbe>;
  onAsk: () => void;
}

export function ProbePanel({ router, probe, onAsk }: ProbePanelProps) {
  const { t } = useTranslation();
  const found = probe.data?.pin ?? (probe.error instanceof ApiError ? pinIn(probe.error.said) : undefined);
  return (
    <AskedPanel
      label={t('routers.test')}
      about={t('routers.test_about')}
      icon={<IconPlugConnected size={16} />}
      kind="probe-router"
      asking={probe}
      onAsk={onAsk}
      isMild={found !== undefined}
    >
      {probe.data && (
        <Text size="sm" role="status">
          {t('routers.identity')}: <strong>{probe.data.identity || '–'}</strong>
        </Text>
      )}
      {found && <FoundKey router={router} pin={found} onApproved={() => probe.reset()} />}
    </AskedPanel>
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
