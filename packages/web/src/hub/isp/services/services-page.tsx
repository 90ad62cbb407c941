// The services that customers have: how fast, for how much.
import { Anchor, Button, Text } from '@mantine/core';
import type { ServiceResource } from '@relevo/protocol';
import { IconGauge, IconPlus, IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConfirmation } from '../../../look/confirmation.tsx';
import { DataTable } from '../../../look/data-table.tsx';
import { Name } from '../../../look/name.tsx';
import { noticeDone } from '../../../look/notices.ts';
import { Page } from '../../../look/page.tsx';
import { SearchInput } from '../../../look/search-input.tsx';
import { Empty } from '../../../look/states.tsx';
import type { Column } from '../../../look/table/columns.ts';
import { useTold } from '../../../look/told.ts';
import { useMay } from '../../session/permissions.ts';
import { IspGate } from '../isp-gate.tsx';
import { RecordMenu } from '../record-menu.tsx';
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
  const mayWrite = useMay('isp:write');
  const confirm = useConfirmation();
  const told = useTold();
  const { mutateAsync: remove } = useDeleteService();
  const [search, setSearch] = useState('');
  const [edited, setEdited] = useState<ServiceResource | 'new'>();
  const list = useServices(search);

  const columns = useMemo((): Column<ServiceResource>[] => {
    function askToDelete({ id_servicio, nombre }: ServiceResource) {
      confirm({
        title: t('services.delete_title'),
        text: t('services.delete_text', { name: nombre }),
        action: t('actions.delete'),
        onConfirm: () => void told(remove(id_servicio), () => noticeDone(t('isp.deleted', { name: nombre }))),
      });
    }
    return [
      { id: 'name', header: t('services.name'), cell: (service) => <ServiceName service={service} /> },
      { id: 'down', header: t('services.down'), width: 130, align: 'end', cell: ({ bajada_kbps }) => <Speed kbps={bajada_kbps} /> },
      { id: 'up', header: t('services.up'), width: 130, align: 'end', cell: ({ subida_kbps }) => <Speed kbps={subida_kbps} /> },
      { id: 'price', header: t('services.price'), width: 130, align: 'end', cell: ({ precio }) => <Price value={precio} /> },
      ...(mayWrite
        ? [
            {
              id: 'actions',
              header: t('actions.title'),
              width: 44,
              align: 'end' as const,
              card: 'actions' as const,
              cell: (service: ServiceResource) => <RecordMenu name={service.nombre} onEdit={() => setEdited(service)} onDelete={() => askToDelete(service)} />,
            },
          ]
        : []),
    ];
  }, [t, mayWrite, confirm, told, remove]);

  return (
    <Page
      title={t('navigation.services')}
      description={t('services.about')}
      actions={
        mayWrite && (
          <Button leftSection={<IconPlus size={18} />} onClick={() => setEdited('new')}>
            {t('services.add')}
          </Button>
        )
      }
    >
      <SearchInput label={t('services.search')} onSearch={setSearch} />
      <DataTable
        label={t('navigation.services')}
        columns={columns}
        query={list}
        rows={list.rows}
        keyOf={serviceKey}
        empty={
          search === '' ? (
            <Empty icon={<IconGauge />} title={t('services.none')} text={t('services.none_text')} />
          ) : (
            <Empty icon={<IconSearch />} title={t('isp.none_found')} text={t('isp.none_found_text')} />
          )
        }
      />
      {edited && <ServiceDialog service={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />}
    </Page>
  );
}

const serviceKey = ({ id_servicio }: ServiceResource) => String(id_servicio);

function ServiceName({ service }: { service: ServiceResource }) {
  return (
    <Text size="sm" fw={500} component="div">
      <Anchor inherit c="inherit" underline="hover" renderRoot={(props) => <Link to="/connections" search={{ service: service.id_servicio }} {...props} />}>
        <Name>{service.nombre}</Name>
      </Anchor>
    </Text>
  );
}
