// The routers of all sites, and whether they answer.
import { Anchor, Box, Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import type { RouterResource } from '@relevo/protocol';
import { IconPlus, IconRouter, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Name } from '../../../look/name.tsx';
import { Page } from '../../../look/page.tsx';
import { RelativeTime } from '../../../look/relative-time.tsx';
import { SearchInput } from '../../../look/search-input.tsx';
import { Empty, Failed, LoadingRows } from '../../../look/states.tsx';
import { Surface } from '../../../look/surface.tsx';
import { agentsQuery } from '../../agents/agent-queries.ts';
import { AgentState } from '../../agents/agent-state.tsx';
import { useMay } from '../../session/permissions.ts';
import { IspGate } from '../isp-gate.tsx';
import { RouterDialog } from './router-dialog.tsx';
import { routersQuery } from './router-queries.ts';
import { RouterStateBadge } from './router-state.tsx';

export function RoutersPage() {
  return (
    <IspGate>
      <Routers />
    </IspGate>
  );
}

function Routers() {
  const { t } = useTranslation();
  const mayWrite = useMay('isp:write');
  const navigate = useNavigate();
  const [search, setSearch] = useState('');
  const [isAdding, setAdding] = useState(false);
  const { data, error, isPending, refetch } = useQuery(routersQuery);
  const add = mayWrite && (
    <Button leftSection={<IconPlus size={18} />} onClick={() => setAdding(true)}>
      {t('routers.add')}
    </Button>
  );

  function content() {
    if (isPending) return <Waiting />;
    if (!data) return <Surfaced>{<Failed error={error} onRetry={() => void refetch()} />}</Surfaced>;
    const found = data.filter((router) => matches(router, search));
    if (data.length === 0) return <Surfaced>{<Empty icon={<IconRouter />} title={t('routers.none')} text={t('routers.none_text')} />}</Surfaced>;
    if (found.length === 0) return <Surfaced>{<Empty icon={<IconSearch />} title={t('isp.none_found')} text={t('isp.none_found_text')} />}</Surfaced>;
    return (
      <SimpleGrid component="ul" m={0} p={0} cols={{ base: 1, md: 2 }} spacing="md" className="relevo-list" aria-label={t('navigation.routers')}>
        {found.map((router) => (
          <RouterCard key={router.id_router} router={router} />
        ))}
      </SimpleGrid>
    );
  }

  return (
    <Page title={t('navigation.routers')} description={t('routers.about')} actions={add}>
      <SearchInput label={t('routers.search')} onSearch={setSearch} />
      {content()}
      {isAdding && (
        <RouterDialog
          onClose={() => setAdding(false)}
          onSaved={({ id_router }) => void navigate({ to: '/routers/$routerId', params: { routerId: String(id_router) } })}
        />
      )}
    </Page>
  );
}

function RouterCard({ router }: { router: RouterResource }) {
  const { t } = useTranslation();
  const { data: agents = [] } = useQuery(agentsQuery);
  const agent = agents.find(({ id }) => id === router.agent_id);
  return (
    <Surface component="li" p="md">
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Box miw={0}>
            <Anchor
              fw={600}
              c="inherit"
              underline="hover"
              renderRoot={(props) => <Link to="/routers/$routerId" params={{ routerId: String(router.id_router) }} {...props} />}
            >
              <Name>{router.nombre}</Name>
            </Anchor>
            <Text size="xs" c="dimmed" className="relevo-name">
              {t(`routers.kind_${router.tipo}`)} · {router.host}
            </Text>
          </Box>
          <RouterStateBadge router={router} />
        </Group>
        {router.error && (
          <Text size="sm" c="red" lineClamp={2} className="relevo-name">
            {router.error}
          </Text>
        )}
        <Group gap="md" fz="sm" c="dimmed">
          <span>{t('routers.connections', { count: router.conexiones })}</span>
          {agent ? (
            <Group gap={6} component="span">
              <Name>{agent.name}</Name> <AgentState status={agent.status} />
            </Group>
          ) : (
            <span>{router.agent_id ?? t('routers.no_agent')}</span>
          )}
          {router.comprobado_at && (
            <span>
              {t('routers.checked')} <RelativeTime iso={router.comprobado_at} />
            </span>
          )}
        </Group>
      </Stack>
    </Surface>
  );
}

function Surfaced({ children }: { children: React.ReactNode }) {
  return <Surface style={{ overflow: 'hidden' }}>{children}</Surface>;
}

function Waiting() {
  return (
    <Surfaced>
      <LoadingRows />
    </Surfaced>
  );
}

function matches({ nombre, host }: RouterResource, search: string): boolean {
  const text = `${nombre} ${host}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
