// The tables of the ISP's work on connections and routers.

/** `queued`: its turn has not come. `waiting`: it follows another step. Then `running`, until it is `completed` or in `error`. */
export type IspStepState = 'queued' | 'waiting' | 'running' | 'completed' | 'error';

/** A step that was asked for, and what became of it. */
export interface IspStepTable {
  user_id: number;
  operation_id: string;
  step: string;
  position: number;
  /** A name of the table of works (isp/works/works.ts). */
  work: string;
  id_conexion: number | null;
  id_router: number | null;
  /** What was asked, as JSON: the same again is the same work. */
  request: string;
  state: IspStepState;
  /** How it ended, or why: a code of step-texts.ts, with the values of its places as JSON. */
  code: string | null;
  text_values: string | null;
  /** What the agent told, as JSON. */
  result: string | null;
  /** Who asked, and from where, for the audit log. */
  user_email: string;
  request_id: string;
  client_address: string;
  created_at: string;
  updated_at: string;
}

/** What was taken from a connection, so that it can be put back: by a removal, or by a suspension. */
export interface ConnectionKeptTable {
  id_conexion: number;
  reason: 'removal' | 'suspension';
  /** The router that `entries` are of. */
  id_router: number | null;
  id_servicio: number | null;
  /** Of the connection before its configuration was removed. */
  estado: 'activa' | 'suspendida' | null;
  /** 1 when that part was taken, and not put back since. */
  service_removed: number;
  router_removed: number;
  config_removed: number;
  /** JSON of router entries, as they were. */
  entries: string;
  at: string;
}

/** How a router and the records differed when they were last compared. */
interface RouterComparisonTable {
  id_router: number;
  tried_at: string;
  compared_at: string | null;
  /** JSON of a text of step-texts.ts. */
  error: string | null;
  /** JSON array of id_conexion. */
  missing: string;
  /** JSON array of router entries. */
  unexpected: string;
}

export interface IspWorkSchema {
  isp_step: IspStepTable;
  connection_kept: ConnectionKeptTable;
  router_comparison: RouterComparisonTable;
}
