// One connection: who has it, on which router, with which service, what happened to it, and what can be done.
import { Alert, Anchor, Button, Group, Loader, Text } from '@mantine/core';
import type { ConnectionDetail, ConnectionResource } from '@relevo/protocol';
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ComponentProps, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFocusBack } from '../../../look/focus-back.ts';
import { Name } from '../../../look/name.tsx';
import { Page } from '../../../look/page.tsx';
import { RelativeTime } from '../../../look/relative-time.tsx';
import { useMay } from '../../session/permissions.ts';
import { useMe } from '../../session/session.ts';
import { OneThing } from '../../shell/one-thing.tsx';
import { Facts } from '../facts.tsx';
import { IspGate } from '../isp-gate.tsx';
import { UndoButton } from '../removal/undo-button.tsx';
import { WorkDialog } from '../removal/work-dialog.tsx';
import { kindOfWork } from '../removal/work-queries.ts';
import { routerQuery } from '../routers/router-queries.ts';
import { RouterStateBadge } from '../routers/router-state.tsx';
import { ConnectionActions } from './connection-actions.tsx';
import { ConnectionHistory } from './connection-history.tsx';
import { connectionQuery } from './connection-queries.ts';
import { ConnectionStateBadge } from './connection-state.tsx';
import { stateSince } from './state-since.ts';

export function ConnectionPage() {
  return (
    <IspGate>
      <OneConnection />
    </IspGate>
  );
}

function OneConnection() {
  const { t } = useTranslation();
  const { connectionId } = useParams({ from: '/connections/$connectionId' });
  const query = useQuery(connectionQuery(Number(connectionId)));
  return (
    <OneThing
      back={{ to: '/connections', label: t('navigation.connections') }}
      query={query}
      thing={query.data}
      unknown={{ icon: <IconPlugConnectedX />, title: t('connections.unknown') }}
    >
      {(connection) => <Known connection={connection} />}
    </OneThing>
  );
}

function Known({ connection }: { connection: ConnectionDetail }) {
  const { t } = useTranslation();
  const { operation } = useSearch({ from: '/connections/$connectionId' });
  const navigate = useNavigate({ from: '/connections/$connectionId' });
  const [isRemoving, setRemoving] = useState(false);

  function show(operationId: string | undefined) {
    setRemoving(operationId === undefined);
    void navigate({ search: operationId === undefined ? {} : { operation: operationId }, replace: true });
  }

  function close() {
    setRemoving(false);
    void navigate({ search: {}, replace: true });
  }

  return (
    <Page
      title={connection.cliente}
      description={
        <Group gap="md" mt={6}>
          <span role="status">
            <ConnectionStateBadge state={connection.estado} />
          </span>
          <span>
            {t('connections.since')} <RelativeTime iso={stateSince(connection)} />
          </span>
        </Group>
      }
      actions={<ConnectionActions connection={connection} onRemove={() => setRemoving(true)} onOperation={show} />}
    >
      {operation === undefined && <Unfinished connection={connection} onOperation={show} />}
      <ConnectionFacts connection={connection} />
      <ConnectionHistory connection={connection} />
      {(operation !== undefined || isRemoving) && <OpenWork connection={connection} operationId={operation} onOperation={show} onClose={close} />}
    </Page>
  );
}

function OpenWork(props: ComponentProps<typeof WorkDialog>) {
  useFocusBack();
  return <WorkDialog {...props} />;
}

/** A removal that was begun and whose last step was not reached; while something works on it, that or its undo, it is no more than shown. */
function Unfinished({ connection, onOperation }: { connection: ConnectionDetail; onOperation: (operationId: string) => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const mayRemove = useMay('isp:remove');
  const newest = connection.historial[0];
  if (connection.estado === 'eliminada' || (newest?.que !== 'asignacion_quitada' && newest?.que !== 'quitada_del_router')) return null;
  const { operation_id, user_id } = newest;
  return (
    <Alert
      color={connection.busy ? 'relay' : 'yellow'}
      icon={connection.busy ? <Loader size={16} /> : <IconAlertTriangle />}
      title={connection.busy ? t('connections.busy') : t('connections.unfinished')}
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm">{connection.busy ? '' : mayRemove ? t('connections.unfinished_text') : t('connections.unfinished_seen')}</Text>
        <Group gap="sm">
          {mayRemove && operation_id && user_id === me.id && kindOfWork(operation_id) === 'remove' && (
            <Button variant="default" onClick={() => onOperation(operation_id)}>
              {t('connections.show_removal')}
            </Button>
          )}
          {mayRemove && !connection.busy && <UndoButton connection={connection} onOperation={onOperation} />}
        </Group>
      </Group>
    </Alert>
  );
}

function ConnectionFacts({ connection }: { connection: ConnectionResource }) {
  const { t } = useTranslation();
  return (
    <Facts
      facts={[
        {
          name: t('connections.customer'),
          value: (
            <Group gap="xs" component="span">
              <Anchor inherit renderRoot={(props) => <Link to="/connections" search={{ customer: connection.id_usuario }} {...props} />}>
                <Name>{connection.cliente}</Name>
              </Anchor>
              <Text span inherit c="dimmed">
                {t('connections.customer_number', { id: connection.id_usuario })}
              </Text>
            </Group>
          ),
        },
        { name: t('connections.service'), value: connection.servicio ?? t('connections.no_service') },
        { name: t('connections.address'), value: connection.direccion_ip },
        { name: t('connections.router'), value: <OnRouter connection={connection} /> },
        { name: t('connections.ppp_user'), value: connection.usuario_ppp },
        { name: 'MAC', value: connection.mac },
      ]}
    />
  );
}

function OnRouter({ connection: { id_router, router } }: { connection: ConnectionResource }) {
  const { t } = useTranslation();
  const { data } = useQuery({ ...routerQuery(id_router ?? 0), enabled: id_router !== null });
  if (id_router === null) return t('connections.no_router');
  return (
    <Group gap="xs" component="span">
      <Anchor inherit renderRoot={(props) => <Link to="/routers/$routerId" params={{ routerId: String(id_router) }} {...props} />}>
        <Name>{router ?? String(id_router)}</Name>
      </Anchor>
      {data && <RouterStateBadge router={data} />}
    </Group>
  );
}
