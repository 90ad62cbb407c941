// Narrows the list of connections: what is searched for, and of which state, router, service or customer.
import { Group, Pill, Select } from '@mantine/core';
import { connectionStates } from '@relevo/protocol';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { SearchInput } from '../../../look/search-input.tsx';
import { customerQuery } from '../customers/customer-queries.ts';
import { routersQuery } from '../routers/router-queries.ts';
import { serviceChoicesQuery } from '../services/service-queries.ts';
import type { ConnectionSearch } from './connection-search.ts';

interface ConnectionFiltersProps {
  search: ConnectionSearch;
  /** What is undefined is no filter any more. */
  onChange: (change: { [Name in keyof ConnectionSearch]: ConnectionSearch[Name] | undefined }) => void;
}

export function ConnectionFilters({ search, onChange }: ConnectionFiltersProps) {
  const { t } = useTranslation();
  const { data: routers = [] } = useQuery(routersQuery);
  const { data: services = [] } = useQuery(serviceChoicesQuery);
  const clearButtonProps = { 'aria-label': t('audit.clear') };
  return (
    <Group gap="sm">
      <SearchInput label={t('connections.search')} initial={search.q ?? ''} onSearch={(q) => onChange({ q: q || undefined })} />
      <Select
        aria-label={t('connections.state')}
        placeholder={t('connections.any_state')}
        clearable
        clearButtonProps={clearButtonProps}
        w={{ base: 'calc(50% - 6px)', xs: 170 }}
        data={connectionStates.map((value) => ({ value, label: t(`connections.state_${value}`) }))}
        value={search.state ?? null}
        onChange={(state) => onChange({ state: state ?? undefined })}
      />
      <Select
        aria-label={t('connections.router')}
        placeholder={t('connections.any_router')}
        searchable
        clearable
        clearButtonProps={clearButtonProps}
        w={{ base: 'calc(50% - 6px)', xs: 190 }}
        data={routers.map(({ id_router, nombre }) => ({ value: String(id_router), label: nombre }))}
        value={search.router === undefined ? null : String(search.router)}
        onChange={(id) => onChange({ router: id ? Number(id) : undefined })}
      />
      <Select
        aria-label={t('connections.service')}
        placeholder={t('connections.any_service')}
        searchable
        clearable
        clearButtonProps={clearButtonProps}
        w={{ base: 'calc(50% - 6px)', xs: 190 }}
        data={services.map(({ id_servicio, nombre }) => ({ value: String(id_servicio), label: nombre }))}
        value={search.service === undefined ? null : String(search.service)}
        onChange={(id) => onChange({ service: id ? Number(id) : undefined })}
      />
      {search.customer !== undefined && <OfCustomer id={search.customer} onRemove={() => onChange({ customer: undefined })} />}
    </Group>
  );
}

function OfCustomer({ id, onRemove }: { id: number; onRemove: () => void }) {
  const { t } = useTranslation();
  const { data } = useQuery(customerQuery(id));
  return (
    <Pill size="lg" withRemoveButton onRemove={onRemove} removeButtonProps={{ 'aria-label': t('audit.clear') }}>
      {t('connections.of_customer', { name: data?.nombre ?? id })}
    </Pill>
  );
}
