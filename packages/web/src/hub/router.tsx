// The addresses of the hub's pages; each page is loaded when it is first opened.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { auditSearchOf } from './audit/audit-search.ts';
import { readFilesSearch } from './files/files-search.ts';
import { connectionSearchOf } from './isp/connections/connection-search.ts';
import { operationsSearchOf } from './operations/operations-search.ts';
import { RouteFailed } from './shell/route-failed.tsx';
import { RouteMissing } from './shell/route-missing.tsx';
import { Shell } from './shell/shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: RouteMissing, errorComponent: RouteFailed });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./home/home-page.tsx'), 'HomePage'),
});

const files = createRoute({
  getParentRoute: () => root,
  path: '/files',
  validateSearch: readFilesSearch,
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
  validateSearch: operationsSearchOf,
  component: lazyRouteComponent(() => import('./operations/operations-page.tsx'), 'OperationsPage'),
});

const operation = createRoute({
  getParentRoute: () => root,
  path: '/operations/$operationId',
  /** `user`: whose operation, for an administrator, 0 for the hub's own; the reader's own without it. */
  validateSearch: ({ user }): { user?: number } => (Number.isSafeInteger(user) && Number(user) >= 0 ? { user: Number(user) } : {}),
  component: lazyRouteComponent(() => import('./operations/operation-page.tsx'), 'OperationPage'),
});

const users = createRoute({
  getParentRoute: () => root,
  path: '/users',
  component: lazyRouteComponent(() => import('./users/users-page.tsx'), 'UsersPage'),
});

const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => import('./account/account-page.tsx'), 'AccountPage'),
});

const apiKeys = createRoute({
  getParentRoute: () => root,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('./admin/api-keys-page.tsx'), 'ApiKeysPage'),
});

const enrolmentTokens = createRoute({
  getParentRoute: () => root,
  path: '/enrolment-tokens',
  component: lazyRouteComponent(() => import('./admin/enrolment-tokens-page.tsx'), 'EnrolmentTokensPage'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./admin/settings-page.tsx'), 'SettingsPage'),
});

const health = createRoute({
  getParentRoute: () => root,
  path: '/health',
  component: lazyRouteComponent(() => import('./admin/health-page.tsx'), 'HealthPage'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: auditSearchOf,
  component: lazyRouteComponent(() => import('./audit/audit-page.tsx'), 'AuditPage'),
});

const connections = createRoute({
  getParentRoute: () => root,
  path: '/connections',
  validateSearch: connectionSearchOf,
  component: lazyRouteComponent(() => import('./isp/connections/connections-page.tsx'), 'ConnectionsPage'),
});

const connection = createRoute({
  getParentRoute: () => root,
  path: '/connections/$connectionId',
  /** `operation`: what is being done to it, shown in a dialog. */
  validateSearch: ({ operation }): { operation?: string } => (typeof operation === 'string' && operation !== '' ? { operation } : {}),
  component: lazyRouteComponent(() => import('./isp/connections/connection-page.tsx'), 'ConnectionPage'),
});

const customers = createRoute({
  getParentRoute: () => root,
  path: '/customers',
  component: lazyRouteComponent(() => import('./isp/customers/customers-page.tsx'), 'CustomersPage'),
});

const services = createRoute({
  getParentRoute: () => root,
  path: '/services',
  component: lazyRouteComponent(() => import('./isp/services/services-page.tsx'), 'ServicesPage'),
});

const routers = createRoute({
  getParentRoute: () => root,
  path: '/routers',
  component: lazyRouteComponent(() => import('./isp/routers/routers-page.tsx'), 'RoutersPage'),
});

const oneRouter = createRoute({
  getParentRoute: () => root,
  path: '/routers/$routerId',
  component: lazyRouteComponent(() => import('./isp/routers/router-page.tsx'), 'RouterPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    files,
    agents,
    agent,
    operations,
    operation,
    users,
    account,
    apiKeys,
    enrolmentTokens,
    settings,
    health,
    audit,
    connections,
    connection,
    customers,
    services,
    routers,
    oneRouter,
  ]),
  // Of an address a page sees what it has checked, and nothing else.
  search: { strict: true },
  defaultPreload: 'intent',
  defaultErrorComponent: RouteFailed,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
