// The customers: search, make, change, and from each to their connections.
import { Anchor, Button, Text } from '@mantine/core';
import type { CustomerResource } from '@relevo/protocol';
import { IconPlus, IconSearch, IconUserCircle } from '@tabler/icons-react';
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
import { CustomerDialog } from './customer-dialog.tsx';
import { useCustomers, useDeleteCustomer } from './customer-queries.ts';

export function CustomersPage() {
  return (
    <IspGate>
      <Customers />
    </IspGate>
  );
}

function Customers() {
  const { t } = useTranslation();
  const mayWrite = useMay('isp:write');
  const confirm = useConfirmation();
  const told = useTold();
  const { mutateAsync: remove } = useDeleteCustomer();
  const [search, setSearch] = useState('');
  const [sort, setSort] = useState('nombre');
  const [edited, setEdited] = useState<CustomerResource | 'new'>();
  const list = useCustomers(search, sort);

  const columns = useMemo((): Column<CustomerResource>[] => {
    function askToDelete({ id_usuario, nombre }: CustomerResource) {
      confirm({
        title: t('customers.delete_title'),
        text: t('customers.delete_text', { name: nombre }),
        action: t('actions.delete'),
        onConfirm: () => void told(remove(id_usuario), () => noticeDone(t('isp.deleted', { name: nombre }))),
      });
    }
    return [
      { id: 'name', header: t('customers.name'), sortKey: 'nombre', cell: (customer) => <CustomerName customer={customer} /> },
      { id: 'document', header: t('customers.document'), width: 130, from: 'md', cell: ({ documento }) => <Quiet text={documento} /> },
      { id: 'phone', header: t('customers.phone'), width: 150, cell: ({ telefono }) => <Quiet text={telefono} /> },
      { id: 'email', header: t('sign_in.email'), from: 'lg', cell: ({ email }) => <Quiet text={email} /> },
      ...(mayWrite
        ? [
            {
              id: 'actions',
              header: t('actions.title'),
              width: 44,
              align: 'end' as const,
              card: 'actions' as const,
              cell: (customer: CustomerResource) => (
                <RecordMenu name={customer.nombre} onEdit={() => setEdited(customer)} onDelete={() => askToDelete(customer)} />
              ),
            },
          ]
        : []),
    ];
  }, [t, mayWrite, confirm, told, remove]);

  return (
    <Page
      title={t('navigation.customers')}
      description={t('customers.about')}
      actions={
        mayWrite && (
          <Button leftSection={<IconPlus size={18} />} onClick={() => setEdited('new')}>
            {t('customers.add')}
          </Button>
        )
      }
    >
      <SearchInput label={t('customers.search')} onSearch={setSearch} />
      <DataTable
        label={t('navigation.customers')}
        columns={columns}
        query={list}
        rows={list.rows}
        keyOf={customerKey}
        sort={sort}
        onSort={setSort}
        empty={
          search === '' ? (
            <Empty icon={<IconUserCircle />} title={t('customers.none')} text={t('customers.none_text')} />
          ) : (
            <Empty icon={<IconSearch />} title={t('isp.none_found')} text={t('isp.none_found_text')} />
          )
        }
      />
      {edited && <CustomerDialog customer={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />}
    </Page>
  );
}

const customerKey = ({ id_usuario }: CustomerResource) => String(id_usuario);

function CustomerName({ customer }: { customer: CustomerResource }) {
  return (
    <>
      <Anchor
        size="sm"
        fw={500}
        c="inherit"
        underline="hover"
        renderRoot={(props) => <Link to="/connections" search={{ customer: customer.id_usuario }} {...props} />}
      >
        <Name>{customer.nombre}</Name>
      </Anchor>
      {customer.direccion && (
        <Text size="xs" c="dimmed" truncate>
          <Name>{customer.direccion}</Name>
        </Text>
      )}
    </>
  );
}

function Quiet({ text }: { text: string | null }) {
  return (
    <Text size="sm" c="dimmed" truncate>
      {text ?? '–'}
    </Text>
  );
}
