// What the pages ask of the hub about customers.
import type { CustomerChanges, CustomerResource } from '@relevo/protocol';
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../../http/request.ts';
import { usePlacedRows } from '../../../look/table/placed-rows.ts';

interface CustomerPage {
  clientes: CustomerResource[];
  total: number;
}

const pageSize = 100;
const choicesMax = 20;
const refreshMs = 10_000;

const customersOf = ({ clientes }: CustomerPage) => clientes;

export function useCustomers(query: string, sort: string | undefined) {
  return usePlacedRows<CustomerPage, CustomerResource>({
    queryKey: ['isp', 'customers', 'list', query, sort ?? ''],
    path: '/api/clientes',
    query: { query, sort },
    pageSize,
    rowsOf: customersOf,
    refreshMs,
  });
}

/** The first few that match, to choose one from. */
export function customerChoicesQuery(query: string) {
  return queryOptions({
    queryKey: ['isp', 'customers', 'choices', query],
    queryFn: async ({ signal }) => (await request<CustomerPage>('GET', '/api/clientes', { query: { query, limit: choicesMax }, signal })).clientes,
    placeholderData: keepPreviousData,
  });
}

export function customerQuery(id: number) {
  return queryOptions({
    queryKey: ['isp', 'customers', 'one', id],
    queryFn: ({ signal }) => request<CustomerResource>('GET', `/api/clientes/${id}`, { signal }),
  });
}

/** Makes a customer, or changes the one of `id`; what is not named stays as it is. */
export function useSaveCustomer(id: number | undefined) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: CustomerChanges) =>
      id === undefined ? request<CustomerResource>('POST', '/api/clientes', { body }) : request<CustomerResource>('PATCH', `/api/clientes/${id}`, { body }),
    // Connections tell the customer's name.
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['isp'] }),
  });
}

export function useDeleteCustomer() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => request('DELETE', `/api/clientes/${id}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['isp', 'customers'] }),
  });
}
