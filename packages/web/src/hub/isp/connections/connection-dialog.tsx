// Makes a connection, or corrects the record of one. On its router nothing is done.
import { Select, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { ConnectionResource } from '@relevo/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { differences } from '../../../http/differences.ts';
import { FormDialog } from '../../../look/form-dialog.tsx';
import { TextField } from '../../../look/text-field.tsx';
import { customerChoicesQuery } from '../customers/customer-queries.ts';
import { routersQuery } from '../routers/router-queries.ts';
import { serviceChoicesQuery } from '../services/service-queries.ts';
import { useSaveConnection } from './connection-queries.ts';

interface ConnectionDialogProps {
  /** Which to correct; a new one without. */
  connection?: ConnectionResource | undefined;
  onClose: () => void;
  onSaved?: (connection: ConnectionResource) => void;
}

export function ConnectionDialog({ connection, onClose, onSaved }: ConnectionDialogProps) {
  const { t } = useTranslation();
  const save = useSaveConnection(connection?.id_conexion);
  const { data: routers = [] } = useQuery(routersQuery);
  const { data: services = [] } = useQuery(serviceChoicesQuery);
  const [customer, setCustomer] = useState(connection ? String(connection.id_usuario) : null);
  const [address, setAddress] = useState(connection?.direccion_ip ?? '');
  const [pppUser, setPppUser] = useState(connection?.usuario_ppp ?? '');
  const [mac, setMac] = useState(connection?.mac ?? '');
  const [router, setRouter] = useState(textOf(connection?.id_router));
  const [service, setService] = useState(textOf(connection?.id_servicio));
  const clearButtonProps = { 'aria-label': t('audit.clear') };

  const body = {
    id_usuario: Number(customer),
    direccion_ip: address,
    usuario_ppp: pppUser.trim() || null,
    mac: mac.trim() || null,
    id_router: router === null ? null : Number(router),
    id_servicio: service === null ? null : Number(service),
  };
  const [opened] = useState(body);

  function submit() {
    return save.mutateAsync(connection ? differences(opened, body) : body, { onSuccess: (saved) => onSaved?.(saved) });
  }

  return (
    <FormDialog
      title={connection ? t('connections.edit') : t('connections.add')}
      submit={t('actions.save')}
      onSubmit={submit}
      onClose={onClose}
      error={save.error}
      isPending={save.isPending}
      isComplete={customer !== null && address.trim() !== ''}
    >
      {connection && (
        <Text size="sm" c="dimmed">
          {t('connections.edit_about')}
        </Text>
      )}
      <CustomerChoice value={customer} onChange={setCustomer} initialName={connection?.cliente} />
      <TextField label={t('connections.address')} required placeholder="10.20.0.15" maxLength={64} value={address} onChange={setAddress} />
      <TextField label={t('connections.ppp_user')} autoComplete="off" maxLength={128} value={pppUser} onChange={setPppUser} />
      <TextField label="MAC" placeholder="4C:5E:0C:AA:BB:01" maxLength={64} value={mac} onChange={setMac} />
      <Select
        label={t('connections.router')}
        placeholder={t('connections.no_router')}
        searchable
        clearable
        clearButtonProps={clearButtonProps}
        data={routers.map(({ id_router, nombre }) => ({ value: String(id_router), label: nombre }))}
        value={router}
        onChange={setRouter}
      />
      <Select
        label={t('connections.service')}
        placeholder={t('connections.no_service')}
        searchable
        clearable
        clearButtonProps={clearButtonProps}
        data={services.map(({ id_servicio, nombre }) => ({ value: String(id_servicio), label: nombre }))}
        value={service}
        onChange={setService}
      />
    </FormDialog>
  );
}

const typingPauseMs = 200;

interface CustomerChoiceProps {
  value: string | null;
  onChange: (id: string | null) => void;
  initialName: string | undefined;
}

/** Customers are too many to list: the hub is asked for those that match. */
function CustomerChoice({ value, onChange, initialName = '' }: CustomerChoiceProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState(initialName);
  const [query] = useDebouncedValue(search, typingPauseMs);
  const [chosen, setChosen] = useState(initialName);
  // The name of who is chosen is not what is searched for.
  const { data: customers = [] } = useQuery(customerChoicesQuery(query === chosen ? '' : query));
  const data = customers.map(({ id_usuario, nombre, documento }) => ({ value: String(id_usuario), label: documento ? `${nombre} · ${documento}` : nombre }));
  if (value !== null && !data.some((choice) => choice.value === value)) data.unshift({ value, label: chosen || value });
  return (
    <Select
      label={t('connections.customer')}
      placeholder={t('connections.customer_search')}
      searchable
      required
      data-autofocus
      data={data}
      // What the hub found is not filtered again.
      filter={({ options }) => options}
      nothingFoundMessage={t('isp.none_found')}
      searchValue={search}
      onSearchChange={setSearch}
      value={value}
      onChange={(id, option) => {
        setChosen(option?.label ?? '');
        onChange(id);
      }}
    />
  );
}

function textOf(id: number | null | undefined): string | null {
  return id === null || id === undefined ? null : String(id);
}
