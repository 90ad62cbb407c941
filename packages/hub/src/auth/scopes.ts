// What an API key with scopes may do: a request needs one of the scopes named here for it, and what is named nowhere needs a key without scopes.
import type { ApiKeyScope } from '@relevo/protocol';

interface Asked {
  method: string;
  /** As it stands in the route table. */
  route: string;
  /** As it stands in the route table: an administrator's, a permission, a user's. */
  access: string;
}

const anyScope: readonly ApiKeyScope[] = ['read', 'report', 'files', 'deliver', 'isp', 'admin'];

/** For watching operations. */
export const watchScopes: readonly ApiKeyScope[] = ['read', 'report'];

/** One of these is needed; none of them is enough when there are none. */
export function scopesFor({ method, route, access }: Asked): readonly ApiKeyScope[] {
  if (access === 'admin') return ['admin'];
  if (access.startsWith('isp:')) return ['isp'];
  // Who the key acts for.
  if (route === '/api/me') return method === 'GET' ? anyScope : [];
  // Accounts and keys: a key must not make another one that may do more, nor change how its owner signs in.
  if (isBelow(route, '/api/me') || isBelow(route, '/api/api-keys')) return [];
  if (isBelow(route, '/api/reports')) return ['report'];
  // It sends files again.
  if (route === '/api/operations/{id}/retry') return ['deliver'];
  if (isBelow(route, '/api/operations')) return method === 'GET' ? ['read', 'report'] : ['report'];
  if (isBelow(route, '/api/uploads')) return ['files'];
  if (isBelow(route, '/api/files')) return method === 'GET' ? ['read', 'files', 'deliver'] : ['files'];
  if (isBelow(route, '/api/deliveries')) return ['deliver'];
  if (isBelow(route, '/api/agents')) return method === 'GET' ? ['read', 'deliver'] : ['deliver'];
  return method === 'GET' ? ['read'] : [];
}

/** True for who has no scopes, or one of those that are needed. */
export function isInScope(scopes: readonly ApiKeyScope[] | undefined, needed: readonly ApiKeyScope[]): boolean {
  return scopes === undefined || needed.some((scope) => scopes.includes(scope));
}

function isBelow(route: string, folder: string): boolean {
  return route === folder || route.startsWith(`${folder}/`);
}
