// The whole HTTP surface of the hub on one screen: method, path, who may call, what it does. The sockets are in hub.ts.
import type { WatchSockets } from '@relevo/progress/socket';
import type { ActivityParts } from './activity/activity-parts.ts';
import { getAttention } from './activity/attention.ts';
import { getActivity } from './activity/get-activity.ts';
import { operationHistory } from './activity/operation-history.ts';
import { listAgentHistory, listAgentSessions, listAgentTasks } from './agents/agent-past.ts';
import type { Agents } from './agents/agents.ts';
import { challengeAgent } from './agents/challenge-agent.ts';
import { changeAgent } from './agents/change-agent.ts';
import { createEnrolmentToken } from './agents/create-enrolment-token.ts';
import { enrolAgent } from './agents/enrol-agent.ts';
import { issueAgentToken } from './agents/issue-agent-token.ts';
import { getAgent, listAgents } from './agents/list-agents.ts';
import { listEnrolmentTokens, revokeEnrolmentToken } from './agents/list-enrolment-tokens.ts';
import { revokeAgent } from './agents/revoke-agent.ts';
import type { AuditLog } from './audit/audit-log.ts';
import { listAudit } from './audit/list-audit.ts';
import type { Auth } from './auth/auth.ts';
import { authEndpoint } from './auth/auth-endpoint.ts';
import { createApiKey } from './auth/create-api-key.ts';
import { createUser } from './auth/create-user.ts';
import { deleteApiKey } from './auth/delete-api-key.ts';
import { getMe } from './auth/get-me.ts';
import { listApiKeys } from './auth/list-api-keys.ts';
import { listUsers } from './auth/list-users.ts';
import { changeMe, getSecurity } from './auth/own-account.ts';
import { endOtherSessions, endSession, listSessions } from './auth/own-sessions.ts';
import { resetSecondFactors } from './auth/reset-second-factors.ts';
import { updateUser } from './auth/update-user.ts';
import { deleteAgentFile, listAgentFiles } from './deliveries/agent-files.ts';
import { createDelivery } from './deliveries/create-delivery.ts';
import type { Deliveries } from './deliveries/deliveries.ts';
import { fetchForAgent } from './deliveries/fetch-for-agent.ts';
import { fileWhereabouts } from './deliveries/file-whereabouts.ts';
import { retryDelivery } from './deliveries/retry-delivery.ts';
import { executableContent } from './executables/executable-content.ts';
import type { Executables } from './executables/executables.ts';
import { listExecutables } from './executables/list-executables.ts';
import { deleteFile } from './files/delete-file.ts';
import { anyOwner } from './files/file-access.ts';
import { fileContent } from './files/file-content.ts';
import { fileManifest } from './files/file-manifest.ts';
import type { Files } from './files/files.ts';
import { getFile } from './files/get-file.ts';
import { listFiles } from './files/list-files.ts';
import { tusEndpoint } from './files/tus/tus-endpoint.ts';
import type { TusUploads } from './files/tus/tus-uploads.ts';
import { uploadFile } from './files/upload-file.ts';
import { getHealth, type HealthSources } from './health/get-health.ts';
import { getSettings } from './health/get-settings.ts';
import { alive, ready } from './health/health.ts';
import { docsPage } from './http/docs-page.ts';
import { openapiDocument } from './http/openapi.ts';
import type { Route } from './http/router.ts';
import { bulkWork } from './isp/bulk/bulk-work.ts';
import { createConnection, getConnection, listConnectionRecords, updateConnection } from './isp/connections/connection-endpoints.ts';
import { exportConnections } from './isp/csv/export-connections.ts';
import { getImport, importConnections } from './isp/csv/import-connections.ts';
import { createCustomer, deleteCustomer, getCustomer, listCustomers, updateCustomer } from './isp/customers/customer-endpoints.ts';
import type { IspRecords } from './isp/isp.ts';
import type { IspOperations } from './isp/isp-operations.ts';
import { probeRouter } from './isp/probing/probe-router.ts';
import { compareRouter, getDifferences } from './isp/reconcile/compare-router.ts';
import { previewRemoval } from './isp/removal/preview-removal.ts';
import { removeStep } from './isp/removal/removal-steps.ts';
import { removeConnection } from './isp/removal/remove-connection.ts';
import { restoreConnection } from './isp/removal/restore-connection.ts';
import { createRouterRecord, deleteRouter, getRouter, listRouters, updateRouter } from './isp/routers/router-endpoints.ts';
import { createService, deleteService, getService, listServices, updateService } from './isp/services/service-endpoints.ts';
import { stepDetails } from './isp/step-details.ts';
import { suspendConnection } from './isp/suspension/suspend-connection.ts';
import type { RequestLimits } from './limits/request-limits.ts';
import type { Metrics } from './metrics/metrics.ts';
import { operatorFigures, prometheusMetrics } from './metrics/metrics-endpoints.ts';
import type { EventStreams } from './operations/event-streams.ts';
import { getOperation } from './operations/get-operation.ts';
import { listOperations } from './operations/list-operations.ts';
import type { Operations } from './operations/operations.ts';
import { reportBatch } from './operations/report-batch.ts';
import { createOperation, endOperation, reportStep } from './operations/report-operation.ts';
import { stopOperation } from './operations/stop-operation.ts';
import { streamOperation } from './operations/stream-operation.ts';
import { streamStops } from './operations/stream-stops.ts';
import type { HubSettings } from './settings.ts';

export interface Capabilities {
  auth: Auth;
  activity: ActivityParts;
  files: Files;
  uploads: TusUploads;
  agents: Agents;
  executables: Executables;
  audit: AuditLog;
  isp: IspRecords;
  ispOperations: IspOperations;
  deliveries: Deliveries;
  operations: Operations;
  sockets: WatchSockets;
  streams: EventStreams;
  limits: RequestLimits;
  metrics: Metrics;
  metricsToken: string | undefined;
  settings: HubSettings;
  health: HealthSources;
  secureCookies: boolean;
  draining: () => boolean;
}

export function routes({
  auth,
  activity,
  files,
  uploads,
  agents,
  executables,
  audit,
  isp,
  ispOperations: { work },
  deliveries,
  operations,
  sockets,
  streams,
  limits,
  metrics,
  metricsToken,
  settings,
  health,
  secureCookies,
  draining,
}: Capabilities): readonly Route[] {
  const table: readonly Route[] = [
    ['GET', '/healthz', 'public', alive()],
    ['GET', '/readyz', 'public', ready(draining)],
    ['GET', '/metrics', 'public', prometheusMetrics(metrics, auth, metricsToken)],
    ['GET', '/api/metrics', 'user', operatorFigures(metrics)],
    ['GET', '/api/admin/health', 'admin', getHealth(health)],
    ['GET', '/api/admin/settings', 'admin', getSettings(settings)],
    ['GET', '/api/activity', 'user', getActivity(activity.figures)],
    ['GET', '/api/attention', 'user', getAttention({ ...activity, agents })],
    ['GET', '/api/openapi.json', 'public', openapiDocument(() => table)],
    ['GET', '/api/docs', 'public', docsPage(() => table)],

    ['GET', '/api/auth/*', 'public', authEndpoint(auth)],
    ['POST', '/api/auth/*', 'public', authEndpoint(auth)],
    ['GET', '/api/me', 'user', getMe(auth)],
    ['PATCH', '/api/me', 'user', changeMe(auth)],
    ['GET', '/api/me/security', 'user', getSecurity(auth)],
    ['GET', '/api/me/sessions', 'user', listSessions(auth.sessions)],
    ['DELETE', '/api/me/sessions', 'user', endOtherSessions(auth.sessions)],
    ['DELETE', '/api/me/sessions/{id}', 'user', endSession(auth.sessions)],
    ['GET', '/api/api-keys', 'user', listApiKeys(auth.apiKeys)],
    ['POST', '/api/api-keys', 'user', createApiKey(auth.apiKeys)],
    ['DELETE', '/api/api-keys/{id}', 'user', deleteApiKey(auth.apiKeys)],
    ['GET', '/api/users', 'admin', listUsers(auth.users)],
    ['POST', '/api/users', 'admin', createUser(auth.users)],
    ['PATCH', '/api/users/{id}', 'admin', updateUser(auth.users)],
    ['DELETE', '/api/users/{id}/two-factor', 'admin', resetSecondFactors(auth.users)],
    ['GET', '/api/audit', 'admin', listAudit(audit)],

    ['GET', '/api/files', 'user', listFiles(files)],
    ['POST', '/api/files', 'user', uploadFile(files)],
    ['GET', '/api/files/{id}', 'user', getFile(files)],
    ['DELETE', '/api/files/{id}', 'user', deleteFile(files, audit)],
    ['GET', '/api/files/{id}/content', 'user', fileContent(files)],
    ['GET', '/api/files/{id}/manifest', 'user', fileManifest(files)],
    ['GET', '/api/files/{id}/whereabouts', 'user', fileWhereabouts(agents, files, operations)],
    ['OPTIONS', '/api/uploads', 'public', tusEndpoint(uploads)],
    ['POST', '/api/uploads', 'user', tusEndpoint(uploads)],
    ['GET', '/api/uploads/{id}', 'user', tusEndpoint(uploads)],
    // A PATCH that a proxy lets through only as a POST (X-HTTP-Method-Override).
    ['POST', '/api/uploads/{id}', 'user', tusEndpoint(uploads)],
    ['PATCH', '/api/uploads/{id}', 'user', tusEndpoint(uploads)],
    ['DELETE', '/api/uploads/{id}', 'user', tusEndpoint(uploads)],

    ['GET', '/api/agents', 'user', listAgents(agents)],
    ['GET', '/api/agents/tokens', 'admin', listEnrolmentTokens(agents)],
    ['POST', '/api/agents/tokens', 'admin', createEnrolmentToken(agents)],
    ['DELETE', '/api/agents/tokens/{id}', 'admin', revokeEnrolmentToken(agents)],
    ['GET', '/api/agents/{id}', 'user', getAgent(agents)],
    ['PATCH', '/api/agents/{id}', 'admin', changeAgent(agents)],
    ['DELETE', '/api/agents/{id}', 'admin', revokeAgent(agents)],
    ['GET', '/api/agents/{id}/sessions', 'user', listAgentSessions(agents)],
    ['GET', '/api/agents/{id}/tasks', 'user', listAgentTasks(agents)],
    ['GET', '/api/agents/{id}/history', 'user', listAgentHistory(agents)],
    ['GET', '/api/agents/{id}/files', 'user', listAgentFiles(agents, files)],
    ['DELETE', '/api/agents/{id}/files/{name}', 'user', deleteAgentFile(agents, files, deliveries, audit)],
    ['GET', '/api/executables', 'public', listExecutables(executables)],
    ['GET', '/api/executables/{name}/content', 'public', executableContent(executables)],
    ['POST', '/api/deliveries', 'user', createDelivery(deliveries, files)],

    ['GET', '/api/operations', 'user', listOperations(operations)],
    ['POST', '/api/operations', 'user', createOperation(operations)],
    ['GET', '/api/operations/{id}', 'user', getOperation(operations, (operation) => stepDetails(work, operation))],
    ['PATCH', '/api/operations/{id}', 'user', endOperation(operations)],
    ['PATCH', '/api/operations/{id}/steps/{step}', 'user', reportStep(operations)],
    ['GET', '/api/operations/{id}/events', 'user', streamOperation(operations, sockets, streams, auth)],
    ['GET', '/api/operations/{id}/history', 'user', operationHistory({ ...activity, operations })],
    ['POST', '/api/operations/{id}/stop', 'user', stopOperation(operations)],
    ['POST', '/api/operations/{id}/retry', 'user', retryDelivery({ operations, deliveries, files, agents })],
    ['POST', '/api/reports', 'user', reportBatch(operations)],
    ['GET', '/api/reports/stops', 'user', streamStops(operations, sockets, streams, auth)],

    ['GET', '/api/clientes', 'isp:read', listCustomers(isp.customers)],
    ['POST', '/api/clientes', 'isp:write', createCustomer(isp.customers)],
    ['GET', '/api/clientes/{id}', 'isp:read', getCustomer(isp.customers)],
    ['PATCH', '/api/clientes/{id}', 'isp:write', updateCustomer(isp.customers)],
    ['DELETE', '/api/clientes/{id}', 'isp:write', deleteCustomer(isp.customers)],
    ['GET', '/api/servicios', 'isp:read', listServices(isp.services)],
    ['POST', '/api/servicios', 'isp:write', createService(isp.services)],
    ['GET', '/api/servicios/{id}', 'isp:read', getService(isp.services)],
    ['PATCH', '/api/servicios/{id}', 'isp:write', updateService(isp.services)],
    ['DELETE', '/api/servicios/{id}', 'isp:write', deleteService(isp.services)],
    ['GET', '/api/routers', 'isp:read', listRouters(isp.routers)],
    ['POST', '/api/routers', 'isp:write', createRouterRecord(isp.routers)],
    ['GET', '/api/routers/{id}', 'isp:read', getRouter(isp.routers)],
    ['PATCH', '/api/routers/{id}', 'isp:write', updateRouter(isp.routers, work)],
    ['DELETE', '/api/routers/{id}', 'isp:write', deleteRouter(isp.routers)],
    ['GET', '/api/conexiones', 'isp:read', listConnectionRecords(isp.connections, settings.ISP_BULK_MAX)],
    ['POST', '/api/conexiones', 'isp:write', createConnection(isp.connections)],
    ['GET', '/api/conexiones/exportar', 'isp:read', exportConnections(isp.connections, isp.customers)],
    ['POST', '/api/conexiones/importar', 'isp:write', importConnections(isp.imports, isp.importMaxBytes)],
    ['GET', '/api/conexiones/importar/{operation_id}', 'isp:write', getImport(isp.imports)],
    ['GET', '/api/conexiones/{id}', 'isp:read', getConnection(isp.connections)],
    ['PATCH', '/api/conexiones/{id}', 'isp:write', updateConnection(isp.connections)],
    ['POST', '/api/conexiones/quitar-asignacion', 'isp:remove', removeStep(work, 'remove-service')],
    ['POST', '/api/routers/quitar-conexion', 'isp:remove', removeStep(work, 'remove-router')],
    ['POST', '/api/configuracion/eliminar', 'isp:remove', removeStep(work, 'remove-config')],
    ['POST', '/api/conexiones/eliminar', 'isp:remove', bulkWork(work, 'remove')],
    ['POST', '/api/conexiones/suspender', 'isp:remove', bulkWork(work, 'suspend')],
    ['POST', '/api/conexiones/reactivar', 'isp:remove', bulkWork(work, 'reactivate')],
    ['POST', '/api/conexiones/{id}/vista-previa', 'isp:read', previewRemoval(work)],
    ['POST', '/api/conexiones/{id}/eliminar', 'isp:remove', removeConnection(work)],
    ['POST', '/api/conexiones/{id}/restaurar', 'isp:remove', restoreConnection(work)],
    ['POST', '/api/conexiones/{id}/suspender', 'isp:remove', suspendConnection(work, 'suspend')],
    ['POST', '/api/conexiones/{id}/reactivar', 'isp:remove', suspendConnection(work, 'reactivate')],
    ['POST', '/api/routers/{id}/probar', 'isp:write', probeRouter(work)],
    ['POST', '/api/routers/{id}/comparar', 'isp:read', compareRouter(work)],
    ['GET', '/api/routers/{id}/diferencias', 'isp:read', getDifferences(work.options.db)],

    ['POST', '/api/agent/enroll', 'public', enrolAgent(agents, limits)],
    ['POST', '/api/agent/challenge', 'public', challengeAgent(agents)],
    ['POST', '/api/agent/token', 'public', issueAgentToken(agents, { secureCookies })],
    ['GET', '/api/agent/files', 'agent', listFiles(files, { scope: 'everybody' })],
    ['GET', '/api/agent/files/{id}/content', 'agent', fileContent(files, anyOwner)],
    ['GET', '/api/agent/files/{id}/manifest', 'agent', fileManifest(files, anyOwner)],
    ['POST', '/api/agent/deliveries', 'agent', fetchForAgent(deliveries, files)],
  ];
  return table;
}
