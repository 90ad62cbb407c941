// What the users' page asks of the hub.
import type { Me, Permission, User } from '@relevo/protocol';
import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../http/request.ts';

interface UserPage {
  users: User[];
  next_cursor: string | null;
}

export const usersQuery = infiniteQueryOptions({
  queryKey: ['users'],
  queryFn: ({ pageParam, signal }) => request<UserPage>('GET', '/api/users', { query: { cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

export interface NewUser {
  email: string;
  name: string;
  password: string;
  role: Me['role'];
  permissions: Permission[];
}

export function useCreateUser() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: NewUser) => request<User>('POST', '/api/users', { body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: usersQuery.queryKey }),
  });
}

interface UserChange {
  name?: string;
  role?: Me['role'];
  permissions?: readonly Permission[];
  disabled?: boolean;
  password?: string;
}

export function useChangeUser() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: { id: number } & UserChange) => request<User>('PATCH', `/api/users/${id}`, { body }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: usersQuery.queryKey }),
  });
}

/** Authenticator app, recovery codes and passkeys. */
export function useResetSecondFactors() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => request('DELETE', `/api/users/${id}/two-factor`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: usersQuery.queryKey }),
  });
}
