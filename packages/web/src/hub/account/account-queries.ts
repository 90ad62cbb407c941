// What the account's pages ask of the hub.
import type { AccountSecurity, Me, Passkey, Session } from '@relevo/protocol';
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../http/request.ts';
import { fromDevice } from '../session/passkey-sign-in.ts';
import { meQuery } from '../session/session.ts';

export const securityQuery = queryOptions({
  queryKey: ['security'],
  queryFn: ({ signal }) => request<AccountSecurity>('GET', '/api/me/security', { signal }),
});

const sessionsRefreshMs = 30_000;

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async ({ signal }) => (await request<{ sessions: Session[] }>('GET', '/api/me/sessions', { signal })).sessions,
  refetchInterval: sessionsRefreshMs,
});

/** `onDone` is called wherever the reader is by then. */
export function useRename(onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => request<Me>('PATCH', '/api/me', { body: { name } }),
    onSuccess: (me) => {
      queryClient.setQueryData(meQuery.queryKey, me);
      onDone();
    },
  });
}

/** `onDone` is called wherever the reader is by then. */
export function useChangePassword(onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: { currentPassword: string; newPassword: string }) => request('POST', '/api/auth/change-password', { body }),
    onSuccess: () => {
      onDone();
      return queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
  });
}

/** A mutation after which the account's security and sessions are asked for again. */
function useSecurityMutation<Variables, Answer>(mutationFn: (variables: Variables) => Promise<Answer>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: async () => {
      await Promise.all([securityQuery, sessionsQuery].map(({ queryKey }) => queryClient.invalidateQueries({ queryKey })));
    },
  });
}

export interface TwoFactorSecret {
  /** What the QR code says. */
  totpURI: string;
  backupCodes: string[];
}

export function useEnableTwoFactor() {
  return useMutation({ mutationFn: (password: string) => request<TwoFactorSecret>('POST', '/api/auth/two-factor/enable', { body: { password } }) });
}

export function useConfirmTwoFactor() {
  return useSecurityMutation((code: string) => request<unknown>('POST', '/api/auth/two-factor/verify-totp', { body: { code } }));
}

export function useDisableTwoFactor() {
  return useSecurityMutation((password: string) => request('POST', '/api/auth/two-factor/disable', { body: { password } }));
}

export function useNewRecoveryCodes() {
  return useSecurityMutation((password: string) =>
    request<{ backupCodes: string[] }>('POST', '/api/auth/two-factor/generate-backup-codes', { body: { password } }),
  );
}

export function useAddPasskey() {
  return useSecurityMutation(async ({ name, password }: { name: string; password: string }) => {
    const { startRegistration } = await import('@simplewebauthn/browser');
    const optionsJSON = await request<PublicKeyCredentialCreationOptionsJSON>('POST', '/api/auth/passkey/generate-register-options', { body: { password } });
    const response = await startRegistration({ optionsJSON }).catch(fromDevice);
    return request<Passkey>('POST', '/api/auth/passkey/verify-registration', { body: { name, response } });
  });
}

export function useRenamePasskey() {
  return useSecurityMutation((body: { id: string; name: string }) => request<Passkey>('POST', '/api/auth/passkey/update-passkey', { body }));
}

export function useDeletePasskey() {
  return useSecurityMutation((id: string) => request('POST', '/api/auth/passkey/delete-passkey', { body: { id } }));
}

export function useEndSession() {
  return useSecurityMutation((id: string) => request('DELETE', `/api/me/sessions/${id}`));
}

export function useEndOtherSessions() {
  return useSecurityMutation(() => request('DELETE', '/api/me/sessions'));
}
