// The addresses of the hub's pages; each page is loaded when it is first opened.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { RouteFailed } from './shell/route-failed.tsx';
import { RouteMissing } from './shell/route-missing.tsx';
import { Shell } from './shell/shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: RouteMissing, errorComponent: RouteFailed });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/files', replace: true });
  },
});

const files = createRoute({
  getParentRoute: () => root,
  path: '/files',
  component: lazyRouteComponent(() => import('./files/files-page.tsx'), 'FilesPage'),
});

const agents = createRoute({
  getParentRoute: () => root,
  path: '/agents',
  component: lazyRouteComponent(() => import('./agents/agents-page.tsx'), 'AgentsPage'),
});

const agent = createRoute({
  getParentRoute: () => root,
  path: '/agents/$agentId',
  component: lazyRouteComponent(() => import('./agents/agent-page.tsx'), 'AgentPage'),
});

const operations = createRoute({
  getParentRoute: () => root,
  path: '/operations',
  component: lazyRouteComponent(() => import('./operations/operations-page.tsx'), 'OperationsPage'),
});

const operation = createRoute({
  getParentRoute: () => root,
  path: '/operations/$operationId',
  /** `user`: whose operation, for an administrator; the reader's own without it. */
  validateSearch: ({ user }): { user?: number } => (Number.isSafeInteger(user) && Number(user) > 0 ? { user: Number(user) } : {}),
  component: lazyRouteComponent(() => import('./operations/operation-page.tsx'), 'OperationPage'),
});

const users = createRoute({
  getParentRoute: () => root,
  path: '/users',
  component: lazyRouteComponent(() => import('./users/users-page.tsx'), 'UsersPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([home, files, agents, agent, operations, operation, users]),
  defaultPreload: 'intent',
  defaultErrorComponent: RouteFailed,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
