// The services that customers have: how fast, for how much.
import { Anchor, Text } from '@mantine/core';
import type { ServiceResource } from '@relevo/protocol';
import { IconGauge } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Name } from '../../../look/name.tsx';
import { Empty } from '../../../look/states.tsx';
import type { Column } from '../../../look/table/columns.ts';
import { IspGate } from '../isp-gate.tsx';
import { RecordList } from '../record-list.tsx';
import { ServiceDialog } from './service-dialog.tsx';
import { useDeleteService, useServices } from './service-queries.ts';
import { Price, Speed } from './service-text.tsx';

export function ServicesPage() {
  return (
    <IspGate>
      <Services />
    </IspGate>
  );
}

function Services() {
  const { t } = useTranslation();
  const { mutateAsync: remove } = useDeleteService();
  const [search, setSearch] = useState('');
  const { rows, ...query } = useServices(search);
  const columns = useMemo(
    (): Column<ServiceResource>[] => [
      { id: 'name', header: t('services.name'), cell: (service) => <ServiceName service={service} /> },
      { id: 'down', header: t('services.down'), width: 130, align: 'end', cell: ({ bajada_kbps }) => <Speed kbps={bajada_kbps} /> },
      { id: 'up', header: t('services.up'), width: 130, align: 'end', cell: ({ subida_kbps }) => <Speed kbps={subida_kbps} /> },
      { id: 'price', header: t('services.price'), width: 130, align: 'end', cell: ({ precio }) => <Price value={precio} /> },
    ],
    [t],
  );
  const questionOf = useCallback(
    (name: string) => ({ title: t('services.delete_title'), text: t('services.delete_text', { name }), action: t('actions.delete') }),
    [t],
  );
  return (
    <RecordList
      title={t('navigation.services')}
      about={t('services.about')}
      add={t('services.add')}
      searchLabel={t('services.search')}
      search={search}
      onSearch={setSearch}
      query={query}
      rows={rows}
      columns={columns}
      keyOf={serviceKey}
      nameOf={serviceName}
      none={<Empty icon={<IconGauge />} title={t('services.none')} text={t('services.none_text')} />}
      questionOf={questionOf}
      remove={useCallback(({ id_servicio }: ServiceResource) => remove(id_servicio), [remove])}
      dialog={(service, onClose) => <ServiceDialog service={service} onClose={onClose} />}
    />
  );
}

const serviceKey = ({ id_servicio }: ServiceResource) => String(id_servicio);
const serviceName = ({ nombre }: ServiceResource) => nombre;

function ServiceName({ service }: { service: ServiceResource }) {
  return (
    <Text size="sm" fw={500} component="div">
      <Anchor inherit c="inherit" underline="hover" renderRoot={(props) => <Link to="/connections" search={{ service: service.id_servicio }} {...props} />}>
        <Name>{service.nombre}</Name>
      </Anchor>
    </Text>
  );
}
