// What a removal would take, in the records and on the router, and the question whether that is meant.
import { Alert, Anchor, Button, Group, List, Loader, Stack, Text } from '@mantine/core';
import type { ConnectionResource, Preview } from '@relevo/protocol';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../../look/error-text.ts';
import { TextField } from '../../../look/text-field.tsx';
import { newOperationId } from '../../operations/operation-id.ts';
import { EntryList } from '../entry-list.tsx';
import { isTypedRight } from './typed-confirmation.ts';
import { previewQuery } from './work-queries.ts';

/** Of a router without agent or credentials: no work waits for those. */
const notConfigured = 'router.not_configured';

interface RemovalPreviewProps {
  connection: ConnectionResource;
  onConfirm: () => void;
  onClose: () => void;
}

export function RemovalPreview({ connection, onConfirm, onClose }: RemovalPreviewProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [operationId] = useState(() => newOperationId('preview-removal'));
  const looked = useQuery(previewQuery(connection.id_conexion, operationId));
  const isHopeless = looked.data?.router.code === notConfigured;

  function submit(event: FormEvent) {
    event.preventDefault();
    onConfirm();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Looking connection={connection} looked={looked} />
        <TextField
          label={t('removal.type_to_confirm', { ip: connection.direccion_ip, name: connection.cliente })}
          autoComplete="off"
          spellCheck={false}
          hasFocus
          value={typed}
          onChange={setTyped}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('actions.cancel')}
          </Button>
          <Button type="submit" color="red" disabled={isHopeless || !isTypedRight(typed, connection)}>
            {t('removal.confirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A router that does not answer is no reason to refuse: the removal then waits for it. */
function Looking({ connection, looked }: { connection: ConnectionResource; looked: UseQueryResult<Preview> }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const { data, error, isPending } = looked;
  return (
    <Stack gap="sm" aria-live="polite">
      <Text size="sm">{t('removal.preview_about')}</Text>
      <Stack gap={4}>
        <Text component="h3" size="sm" fw={600}>
          {t('removal.in_records')}
        </Text>
        <List size="sm" spacing={2} className="relevo-name">
          {connection.servicio !== null && <List.Item>{t('removal.takes_service', { service: connection.servicio })}</List.Item>}
          <List.Item>{t('removal.takes_connection', { ip: connection.direccion_ip, name: connection.cliente })}</List.Item>
        </List>
      </Stack>
      <Stack gap={4}>
        <Text component="h3" size="sm" fw={600}>
          {connection.router === null ? t('removal.on_no_router') : t('removal.on_router', { router: connection.router })}
        </Text>
        {isPending && connection.router !== null && (
          <Group gap="sm">
            <Loader size="xs" />
            <Text size="sm" c="dimmed">
              {t('removal.looking')}
            </Text>
          </Group>
        )}
        {error && <Unanswered reason={textOf(error)} />}
        {data && <OnRouter router={data.router} routerId={connection.id_router} />}
      </Stack>
    </Stack>
  );
}

function OnRouter({ router, routerId }: { router: Preview['router']; routerId: number | null }) {
  const { t } = useTranslation();
  if (router.estado === 'ninguno') return null;
  if (router.code === notConfigured && routerId !== null) {
    return (
      <Alert color="red" icon={<IconAlertTriangle />} title={router.message}>
        <Text size="sm">{t('removal.router_first')}</Text>
        <Anchor size="sm" renderRoot={(props) => <Link to="/routers/$routerId" params={{ routerId: String(routerId) }} {...props} />}>
          {t('removal.to_router')}
        </Anchor>
      </Alert>
    );
  }
  if (router.estado === 'sin_respuesta') return <Unanswered reason={router.message ?? ''} />;
  if (router.entradas.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('removal.router_holds_nothing')}
      </Text>
    );
  }
  return <EntryList entries={router.entradas} />;
}

function Unanswered({ reason }: { reason: string }) {
  const { t } = useTranslation();
  return (
    <Alert color="yellow" icon={<IconAlertTriangle />} title={t('removal.router_silent')}>
      <Text size="sm">{reason}</Text>
      <Text size="sm">{t('removal.router_silent_about')}</Text>
    </Alert>
  );
}
