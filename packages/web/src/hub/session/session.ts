// Who is signed in, and how that begins and ends.
import type { Me } from '@relevo/protocol';
import { type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { ApiError } from '../../http/api-error.ts';
import { request } from '../../http/request.ts';
import { signInWithPasskey } from './passkey-sign-in.ts';

/** The signed-in person; null when nobody is. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await request<Me>('GET', '/api/me', { signal });
    } catch (error) {
      if (error instanceof ApiError && error.code === 'unauthenticated') return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});

/** Lengthens the session by using it; false when it is over. @throws ApiError when the hub cannot tell */
export async function refreshSession(): Promise<boolean> {
  try {
    await request<Me>('GET', '/api/me');
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'unauthenticated') return false;
    throw error;
  }
}

/** The session is over: what was fetched with it is forgotten and the sign-in page shows, at the address where the reader was. */
export function forgetSession(queryClient: QueryClient): void {
  queryClient.setQueryData(meQuery.queryKey, null);
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== meQuery.queryKey[0] });
}

/** Stands beside `me`, and like it outlives the session: nobody has to tell readers of an end that they asked for. */
const signedOutKey = ['me', 'signed out'] as const;

export function hasSignedOut(queryClient: QueryClient): boolean {
  return queryClient.getQueryData(signedOutKey) === true;
}

export function forgetSignOut(queryClient: QueryClient): void {
  queryClient.removeQueries({ queryKey: signedOutKey });
}

/** Answers `twoFactorRedirect` when the password was right and a code is due. */
export function useSignIn() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string; password: string }) => request<{ twoFactorRedirect?: boolean }>('POST', '/api/auth/sign-in/email', { body }),
    onSuccess: async ({ twoFactorRedirect }) => {
      if (!twoFactorRedirect) await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
    },
  });
}

export function useSecondFactor() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ code, isRecovery }: { code: string; isRecovery: boolean }) =>
      request<unknown>('POST', `/api/auth/two-factor/${isRecovery ? 'verify-backup-code' : 'verify-totp'}`, { body: { code } }),
    onSuccess: () => queryClient.fetchQuery({ ...meQuery, staleTime: 0 }),
  });
}

export function usePasskeySignIn() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: signInWithPasskey,
    onSuccess: () => queryClient.fetchQuery({ ...meQuery, staleTime: 0 }),
  });
}

export function useSignOut() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => request<unknown>('POST', '/api/auth/sign-out', { body: {} }),
    onSuccess: () => {
      queryClient.setQueryData(signedOutKey, true);
      forgetSession(queryClient);
    },
  });
}

export const MeContext = createContext<Me | null>(null);

/** The signed-in person, below the session gate. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('useMe is used where nobody is signed in');
  return me;
}
