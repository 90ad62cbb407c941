// Everything about this agent on one page: its hub, what is on its way, what it holds, what it could have.
import { Alert, Box, Button, Container, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlugConnectedX, IconRefresh } from '@tabler/icons-react';
import { useIsFetching, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Brand } from '../look/brand.tsx';
import { PreferencesButton } from '../look/preferences-button.tsx';
import { ConnectionCard } from './connection-card.tsx';
import { HeldFiles } from './held-files.tsx';
import { History } from './history.tsx';
import { HubFiles } from './hub-files.tsx';
import { followLocalEvents, type StreamState } from './local-events.ts';
import { statusQuery } from './local-queries.ts';
import { RateLimit } from './rate-limit.tsx';
import { Transfers } from './transfers.tsx';

export function LocalPage() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const isFetching = useIsFetching() > 0;
  const [isHistoryShown, history] = useDisclosure(false);
  const [stream, setStream] = useState<StreamState>('opening');
  const { data: status, error, refetch } = useQuery(statusQuery);
  useEffect(() => followLocalEvents(queryClient, setStream), [queryClient]);
  useEffect(() => {
    document.title = status ? `${status.name} · Relevo` : 'Relevo';
  }, [status]);

  return (
    <Container size="md" px="md" py="lg">
      <Stack gap="xl">
        <Group component="header" justify="space-between">
          <Brand suffix={t('agent.title')} />
          <Group gap="sm">
            <Button variant="default" leftSection={<IconRefresh size={16} />} loading={isFetching} onClick={() => void queryClient.invalidateQueries()}>
              {t('agent.refresh')}
            </Button>
            <PreferencesButton />
          </Group>
        </Group>
        <Stack component="main" gap="xl">
          {stream === 'away' && (
            <Alert color="red" icon={<IconPlugConnectedX />} role="alert">
              {t('agent.server_away')}
            </Alert>
          )}
          <ConnectionCard status={status} error={error} onRetry={() => void refetch()} />
          <Section title={t('agent.transfers')} actions={status && <RateLimit limit={status.transfer_rate_max} />}>
            <Transfers />
          </Section>
          <Section title={t('agent.held')}>
            <HeldFiles />
          </Section>
          <Section title={t('agent.available')}>
            <HubFiles isHubThere={status?.connection.state === 'connected'} />
          </Section>
          <Section
            title={t('agent.history')}
            actions={
              <Button variant="subtle" size="compact-sm" onClick={history.toggle} aria-expanded={isHistoryShown}>
                {isHistoryShown ? t('agent.history_hide') : t('agent.history_show')}
              </Button>
            }
          >
            {isHistoryShown && <History />}
          </Section>
        </Stack>
        <Text component="footer" size="xs" c="dimmed" ta="center">
          Relevo {status?.version}
        </Text>
      </Stack>
    </Container>
  );
}

function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <Box component="section" aria-label={title}>
      <Group justify="space-between" mb="sm" mih={28}>
        <Title order={2} fz="1.05rem">
          {title}
        </Title>
        {actions}
      </Group>
      {children}
    </Box>
  );
}
