// Writes the lines of an import, each a connection with its history and maybe its customer: prepared statements, as there are a hundred thousand of them.
import type { Database } from 'bun:sqlite';
import type { OperationKey } from '@relevo/progress/engine';
import { ipOrder } from '@relevo/protocol';
import { customerRow } from '../customers/customers.ts';
import type { CheckedLine, LineCustomer } from './check-lines.ts';

/** What a line would have taken that somebody else has by now. */
export interface Conflict {
  line: CheckedLine;
  column: 'direccion_ip' | 'usuario_ppp';
}

export interface Written {
  /** Connections that were made. */
  made: number;
  conflicts: Conflict[];
  /** The customers that were made, who exist once the transaction is committed. */
  customers: Map<LineCustomer, number>;
}

export class LineWriter {
  readonly #holdsAddress;
  readonly #holdsUser;
  readonly #addCustomer;
  readonly #addConnection;
  readonly #addHistory;
  readonly #addImported;

  constructor(connection: Database) {
    this.#holdsAddress = connection.prepare("SELECT 1 FROM connection WHERE ip_order = ? AND estado <> 'eliminada'");
    this.#holdsUser = connection.prepare("SELECT 1 FROM connection WHERE id_router = ? AND usuario_ppp = ? AND estado <> 'eliminada'");
    this.#addCustomer = connection.prepare<{ id: number }, Cell[]>(`
      INSERT INTO customer (nombre, nombre_folded, documento, telefono, email, direccion, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      RETURNING id_usuario AS id`);
    this.#addConnection = connection.prepare<{ id: number }, Cell[]>(`
      INSERT INTO connection (id_usuario, direccion_ip, ip_order, usuario_ppp, mac, id_router, id_servicio, estado, cliente_folded, created_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, (SELECT nombre_folded FROM customer WHERE id_usuario = ?1), ?9, ?9) RETURNING id_conexion AS id`);
    this.#addHistory = connection.prepare(
      `INSERT INTO connection_history (id_conexion, at, user_id, que, before, after, operation_id) VALUES (?, ?, ?, 'importada', NULL, ?, ?)`,
    );
    this.#addImported = connection.prepare('INSERT INTO isp_import_row (user_id, operation_id, kind, id) VALUES (?, ?, ?, ?)');
  }

  /** Writes what can be written, inside a transaction of the caller. */
  write({ userId, id: operationId }: OperationKey, lines: readonly CheckedLine[]): Written {
    const now = new Date().toISOString();
    const written: Written = { made: 0, conflicts: [], customers: new Map() };
    for (const line of lines) {
      const column = this.#taken(line);
      if (column) {
        written.conflicts.push({ line, column });
        continue;
      }
      const { direccion_ip, usuario_ppp = null, mac = null, id_router, id_servicio, estado = 'activa' } = line.connection;
      const id_usuario = line.customer.id ?? written.customers.get(line.customer) ?? this.#make(line.customer, written, now);
      const cells = [id_usuario, direccion_ip, ipOrder(direccion_ip), usuario_ppp, mac, id_router, id_servicio, estado, now];
      const id = idOf(this.#addConnection.get(...cells));
      const after = JSON.stringify({ id_usuario, direccion_ip, usuario_ppp, mac, id_router, id_servicio, estado });
      this.#addHistory.run(id, now, userId, after, operationId);
      this.#addImported.run(userId, operationId, 'connection', id);
      written.made += 1;
    }
    for (const id of written.customers.values()) this.#addImported.run(userId, operationId, 'customer', id);
    return written;
  }

  #taken({ connection: { direccion_ip, usuario_ppp, id_router } }: CheckedLine): Conflict['column'] | undefined {
    if (this.#holdsAddress.get(ipOrder(direccion_ip))) return 'direccion_ip';
    if (usuario_ppp == null || id_router === null) return undefined;
    return this.#holdsUser.get(id_router, usuario_ppp) ? 'usuario_ppp' : undefined;
  }

  #make(customer: LineCustomer, { customers }: Written, now: string): number {
    if (!customer.make) throw new Error('a line without a customer');
    const { nombre, nombre_folded, documento, telefono, email, direccion } = customerRow(customer.make, now);
    const id = idOf(this.#addCustomer.get(nombre, nombre_folded, documento, telefono, email, direccion, now, now));
    customers.set(customer, id);
    return id;
  }
}

type Cell = string | number | null;

function idOf(row: { id: number } | null): number {
  if (!row) throw new Error('a row that was inserted has no id');
  return row.id;
}
