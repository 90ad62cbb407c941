// The tables of the ISP's records. Columns that are members of a resource carry its name.
import type { connectionChanges, connectionStates, routerKinds, routerSchemes, routerStates } from '@relevo/protocol';
import type { Generated, GeneratedAlways } from 'kysely';

interface UserPermissionTable {
  user_id: number;
  permission: string;
}

export interface CustomerTable {
  id_usuario: Generated<number>;
  nombre: string;
  /** Without case and accents: what is ordered by and searched. */
  nombre_folded: string;
  documento: string | null;
  telefono: string | null;
  email: string | null;
  direccion: string | null;
  created_at: string;
  updated_at: string;
  search_text: GeneratedAlways<string>;
}

export interface ServiceTable {
  id_servicio: Generated<number>;
  nombre: string;
  nombre_folded: string;
  bajada_kbps: number | null;
  subida_kbps: number | null;
  /** The price of a month times a hundred. */
  precio_cents: number;
  created_at: string;
  updated_at: string;
}

export interface RouterTable {
  id_router: Generated<number>;
  nombre: string;
  nombre_folded: string;
  agent_id: string | null;
  tipo: (typeof routerKinds)[number];
  host: string;
  port: number;
  scheme: (typeof routerSchemes)[number];
  pin: string | null;
  nft_set: string | null;
  estado: (typeof routerStates)[number];
  comprobado_at: string | null;
  /** Why it could not be reached, when it was last tried: JSON of a text of step-texts.ts. */
  error: string | null;
  created_at: string;
  updated_at: string;
}

interface RouterCredentialsTable {
  id_router: number;
  /** AES-256-GCM under a key that is not in the database; see credentials/seal.ts. */
  sealed: string;
  updated_at: string;
}

export interface ConnectionTable {
  id_conexion: Generated<number>;
  id_usuario: number;
  direccion_ip: string;
  /** Sorts as the number that the address is. */
  ip_order: string;
  usuario_ppp: string | null;
  mac: string | null;
  id_router: number | null;
  id_servicio: number | null;
  estado: (typeof connectionStates)[number];
  /** `nombre_folded` of the customer, kept so by a trigger. */
  cliente_folded: string;
  created_at: string;
  updated_at: string;
  search_text: GeneratedAlways<string>;
}

export interface ConnectionHistoryTable {
  id: Generated<number>;
  id_conexion: number;
  at: string;
  user_id: number | null;
  que: (typeof connectionChanges)[number];
  /** JSON of the members that changed, as they were. */
  before: string | null;
  after: string | null;
  operation_id: string | null;
}

/** The outcome of an import of connections. */
export interface IspImportTable {
  user_id: number;
  operation_id: string;
  /** Lines of the file, the first aside. */
  lines: number;
  imported: number;
  errors_total: number;
  /** JSON of the first errors. */
  errors: string;
  partial: number;
  ended: number;
  created_at: string;
}

/** A record that an import which has not ended has made. */
interface IspImportRowTable {
  user_id: number;
  operation_id: string;
  kind: 'connection' | 'customer';
  id: number;
}

export interface IspSchema {
  user_permission: UserPermissionTable;
  customer: CustomerTable;
  service: ServiceTable;
  router: RouterTable;
  router_credentials: RouterCredentialsTable;
  connection: ConnectionTable;
  connection_history: ConnectionHistoryTable;
  isp_import: IspImportTable;
  isp_import_row: IspImportRowTable;
}
