// The customers: search, make, change, and from each to their connections.
import { Anchor, Text } from '@mantine/core';
import type { CustomerResource } from '@relevo/protocol';
import { IconUserCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Name } from '../../../look/name.tsx';
import { Empty } from '../../../look/states.tsx';
import type { Column } from '../../../look/table/columns.ts';
import { IspGate } from '../isp-gate.tsx';
import { Quiet } from '../quiet.tsx';
import { RecordList } from '../record-list.tsx';
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
  const { mutateAsync: remove } = useDeleteCustomer();
  const [search, setSearch] = useState('');
  const [sort, setSort] = useState('nombre');
  const { rows, query } = useCustomers(search, sort);
  const columns = useMemo(
    (): Column<CustomerResource>[] => [
      { id: 'name', header: t('customers.name'), sortKey: 'nombre', cell: (customer) => <CustomerName customer={customer} /> },
      { id: 'document', header: t('customers.document'), width: 130, from: 'md', cell: ({ documento }) => <Quiet text={documento} /> },
      { id: 'phone', header: t('customers.phone'), width: 150, cell: ({ telefono }) => <Quiet text={telefono} /> },
      { id: 'email', header: t('sign_in.email'), from: 'lg', cell: ({ email }) => <Quiet text={email} /> },
    ],
    [t],
  );
  const questionOf = useCallback(
    (name: string) => ({ title: t('customers.delete_title'), text: t('customers.delete_text', { name }), action: t('actions.delete') }),
    [t],
  );
  return (
    <RecordList
      title={t('navigation.customers')}
      about={t('customers.about')}
      add={t('customers.add')}
      searchLabel={t('customers.search')}
      search={search}
      onSearch={setSearch}
      query={query}
      rows={rows}
      columns={columns}
      keyOf={customerKey}
      nameOf={customerName}
      sort={sort}
      onSort={setSort}
      none={<Empty icon={<IconUserCircle />} title={t('customers.none')} text={t('customers.none_text')} />}
      questionOf={questionOf}
      remove={useCallback(({ id_usuario }: CustomerResource) => remove(id_usuario), [remove])}
      dialog={(customer, onClose) => <CustomerDialog customer={customer} onClose={onClose} />}
    />
  );
}

const customerKey = ({ id_usuario }: CustomerResource) => String(id_usuario);
const customerName = ({ nombre }: CustomerResource) => nombre;

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
