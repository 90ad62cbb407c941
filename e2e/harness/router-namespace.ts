// A real Linux router with a customer and a server behind it, for the tests of the whole: the product's agent reaches it by SSH.
import { openRouterNamespace, type RouterNamespace, whyNoRouterNamespace } from '@relevo/agent/router-namespace';
import type { Scope } from './scope.ts';

export { whyNoRouterNamespace };

/** The customer and the neighbour are let in, tagged with these connections, and sshd answers. Ask `whyNoRouterNamespace` before. */
export async function runRouterNamespace(scope: Scope, ids: { customer: number; neighbour: number }): Promise<RouterNamespace> {
  const router = await openRouterNamespace();
  scope.onEnd(router.close);
  router.allow(router.customer, `relevo:${ids.customer}`);
  router.allow(router.neighbour, `relevo:${ids.neighbour}`);
  await router.startSsh();
  return router;
}
