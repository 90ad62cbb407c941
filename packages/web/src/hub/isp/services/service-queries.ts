// What the pages ask of the hub about services.
import type { ServiceChanges, ServiceResource } from '@relevo/protocol';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useCursorPages } from '../../../http/cursor-pages.ts';
import { request } from '../../../http/request.ts';

interface ServicePage {
  servicios: ServiceResource[];
  next_cursor: string | null;
}

const pageSize = 100;
/** An ISP sells fewer services than this; of more, those that come first by name are offered. */
const choicesMax = 500;
const refreshMs = 10_000;

const servicesOf = ({ servicios }: ServicePage) => servicios;

export function useServices(query: string) {
  return useCursorPages<ServicePage, ServiceResource>({
    queryKey: ['isp', 'services', 'list', query],
    path: '/api/servicios',
    query: { query, limit: pageSize },
    rowsOf: servicesOf,
    refreshMs,
  });
}

export const serviceChoicesQuery = queryOptions({
  queryKey: ['isp', 'services', 'choices'],
  queryFn: async ({ signal }) => servicesOf(await request<ServicePage>('GET', '/api/servicios', { query: { limit: choicesMax }, signal })),
});

/** Makes a service, or changes the one of `id`; what is not named stays as it is. */
export function useSaveService(id: number | undefined) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: ServiceChanges) =>
      id === undefined ? request<ServiceResource>('POST', '/api/servicios', { body }) : request<ServiceResource>('PATCH', `/api/servicios/${id}`, { body }),
    // Connections tell the service's name.
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['isp'] }),
  });
}

export function useDeleteService() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => request('DELETE', `/api/servicios/${id}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['isp', 'services'] }),
  });
}
