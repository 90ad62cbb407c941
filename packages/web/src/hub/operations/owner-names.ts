// Whose an operation is, as the reader knows them.
import type { User } from '@relevo/protocol';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { request } from '../../http/request.ts';
import { useMe } from '../session/session.ts';

const pageSize = 200;

const ownersQuery = queryOptions({
  queryKey: ['users', 'names'],
  queryFn: async ({ signal }) => (await request<{ users: User[] }>('GET', '/api/users', { query: { limit: pageSize }, signal })).users,
  staleTime: 60_000,
});

/** Work that nobody asked for: the hub's own, as comparing routers with the records from time to time. */
export const hubUserId = 0;

/** `You` for the reader; for others their name, or their number while it is not known. Only administrators see others'. */
export function useOwnerName(userId: number): string {
  const { t } = useTranslation();
  const me = useMe();
  const { data } = useQuery({ ...ownersQuery, enabled: me.role === 'admin' && userId !== me.id && userId !== hubUserId });
  if (userId === me.id) return t('operations.you');
  if (userId === hubUserId) return t('operations.hub_itself');
  const owner = data?.find(({ id }) => id === userId);
  return owner ? owner.name || owner.email : t('operations.user_number', { id: userId });
}
