// The three steps of a removal: the requests that the ISP's back office has always made, one after another, under one operation id.
import type { RemovalStep } from '@relevo/protocol';

/** What is removed: the members that the requests name. */
export interface RemovedConnection {
  id_conexion: number;
  id_usuario: number;
  direccion_ip: string;
}

interface StepRequest {
  path: string;
  body: (connection: RemovedConnection) => Record<string, unknown>;
}

export const stepRequests: Readonly<Record<RemovalStep, StepRequest>> = {
  'remove-service': { path: '/api/conexiones/quitar-asignacion', body: ({ id_conexion }) => ({ id_conexion }) },
  'remove-router': { path: '/api/routers/quitar-conexion', body: ({ direccion_ip }) => ({ direccion_ip }) },
  'remove-config': { path: '/api/configuracion/eliminar', body: ({ id_conexion, id_usuario }) => ({ id_conexion, id_usuario }) },
};
