// One router: where it is, whether it answers, and how it and the records differ.
import { ActionIcon, Anchor, Button, Code, Group, Menu, Text } from '@mantine/core';
import type { RouterResource } from '@relevo/protocol';
import { IconDots, IconPencil, IconRouterOff, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConfirmation } from '../../../look/confirmation.tsx';
import { Name } from '../../../look/name.tsx';
import { noticeDone } from '../../../look/notices.ts';
import { Page } from '../../../look/page.tsx';
import { RelativeTime } from '../../../look/relative-time.tsx';
import { useTold } from '../../../look/told.ts';
import { agentsQuery } from '../../agents/agent-queries.ts';
import { useMay } from '../../session/permissions.ts';
import { OneThing } from '../../shell/one-thing.tsx';
import { Facts } from '../facts.tsx';
import { IspGate } from '../isp-gate.tsx';
import { DifferencesPanel } from './differences-panel.tsx';
import { ProbePanel } from './probe-panel.tsx';
import { RouterDialog } from './router-dialog.tsx';
import { routerQuery, useCompare, useDeleteRouter, useProbe } from './router-queries.ts';
import { RouterStateBadge } from './router-state.tsx';

export function RouterPage() {
  return (
    <IspGate>
      <OneRouter />
    </IspGate>
  );
}

function OneRouter() {
  const { t } = useTranslation();
  const { routerId } = useParams({ from: '/routers/$routerId' });
  const mayWrite = useMay('isp:write');
  const query = useQuery(routerQuery(Number(routerId)));
  return (
    <OneThing
      back={{ to: '/routers', label: t('navigation.routers') }}
      query={query}
      thing={query.data}
      unknown={{ icon: <IconRouterOff />, title: t('routers.unknown') }}
    >
      {(router) => (
        <Page
          title={router.nombre}
          description={
            <Group gap="md" mt={6}>
              <RouterStateBadge router={router} />
              {router.comprobado_at && (
                <span>
                  {t('routers.checked')} <RelativeTime iso={router.comprobado_at} />
                </span>
              )}
            </Group>
          }
          actions={mayWrite && <RouterActions router={router} />}
        >
          <RouterParts key={router.id_router} router={router} mayWrite={mayWrite} />
        </Page>
      )}
    </OneThing>
  );
}

/** Why it cannot be worked with is told once: by what it was asked last, else above all. */
function RouterParts({ router, mayWrite }: { router: RouterResource; mayWrite: boolean }) {
  const probe = useProbe(router.id_router);
  const compare = useCompare(router.id_router);
  const isToldBelow = Boolean(probe.error ?? compare.error);
  return (
    <>
      {router.error && !isToldBelow && (
        <Text size="sm" c="red" className="relevo-name">
          {router.error}
        </Text>
      )}
      <RouterFacts router={router} />
      {mayWrite && <ProbePanel router={router} probe={probe} onAsk={() => compare.error && compare.reset()} />}
      <DifferencesPanel router={router} compare={compare} onAsk={() => probe.error && probe.reset()} />
    </>
  );
}

function RouterFacts({ router }: { router: RouterResource }) {
  const { t } = useTranslation();
  const { data: agents = [] } = useQuery(agentsQuery);
  const agent = agents.find(({ id }) => id === router.agent_id);
  const host = router.host.includes(':') ? `[${router.host}]` : router.host;
  return (
    <Facts
      facts={[
        { name: t('routers.kind'), value: t(`routers.kind_${router.tipo}`) },
        { name: t('routers.host'), value: `${router.scheme}://${host}:${router.port}` },
        {
          name: t('routers.agent'),
          value: agent ? (
            <Anchor inherit renderRoot={(props) => <Link to="/agents/$agentId" params={{ agentId: agent.id }} {...props} />}>
              <Name>{agent.name}</Name>
            </Anchor>
          ) : (
            (router.agent_id ?? t('routers.no_agent'))
          ),
        },
        {
          name: t('navigation.connections'),
          value: (
            <Anchor inherit renderRoot={(props) => <Link to="/connections" search={{ router: router.id_router }} {...props} />}>
              {t('routers.connections', { count: router.conexiones })}
            </Anchor>
          ),
        },
        { name: t('routers.credentials'), value: router.has_credentials ? t('routers.credentials_stored') : t('routers.credentials_missing') },
        { name: t('routers.pin'), value: router.pin ? <Code>{router.pin}</Code> : t('routers.pin_none') },
        ...(router.tipo === 'linux' ? [{ name: t('routers.nft_set'), value: router.nft_set }] : []),
      ]}
    />
  );
}

function RouterActions({ router }: { router: RouterResource }) {
  const { t } = useTranslation();
  const confirm = useConfirmation();
  const told = useTold();
  const navigate = useNavigate();
  const remove = useDeleteRouter();
  const [isEditing, setEditing] = useState(false);

  function askToDelete() {
    confirm({
      title: t('routers.delete_title'),
      text: t('routers.delete_text', { name: router.nombre }),
      action: t('actions.delete'),
      onConfirm: () =>
        void told(remove.mutateAsync(router.id_router), () => {
          noticeDone(t('isp.deleted', { name: router.nombre }));
          void navigate({ to: '/routers' });
        }),
    });
  }

  return (
    <>
      <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setEditing(true)}>
        {t('isp.edit')}
      </Button>
      <Menu position="bottom-end" width={180}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t('isp.actions_of', { name: router.nombre })}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={askToDelete}>
            {t('actions.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isEditing && <RouterDialog router={router} onClose={() => setEditing(false)} />}
    </>
  );
}
