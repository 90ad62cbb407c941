// The tables of the ISP's records, and what lets them be searched and paged when there are many.
import { type Kysely, sql } from 'kysely';

/** How each list of connections is ordered, by filter: no filter, and each of these columns. */
const connectionFilters = ['estado', 'id_router', 'id_servicio'] as const;

export async function ispRecords(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `CREATE TABLE user_permission (user_id INTEGER NOT NULL, permission TEXT NOT NULL, PRIMARY KEY (user_id, permission)) STRICT, WITHOUT ROWID`,

    // AUTOINCREMENT: "prevents the reuse of ROWIDs from previously deleted rows" (SQLite), so that a number in a history or a log means one thing for ever.
    `CREATE TABLE customer (
      id_usuario INTEGER PRIMARY KEY AUTOINCREMENT, nombre TEXT NOT NULL, nombre_folded TEXT NOT NULL, documento TEXT, telefono TEXT, email TEXT,
      direccion TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
      search_text TEXT GENERATED ALWAYS AS (${searchText('nombre_folded', ...['documento', 'telefono', 'email'].map((name) => `lower(coalesce(${name}, ''))`))}) VIRTUAL) STRICT`,
    `CREATE INDEX customer_by_name ON customer (nombre_folded, id_usuario)`,
    `CREATE INDEX customer_by_document ON customer (documento) WHERE documento IS NOT NULL`,
    ...searched('customer', 'id_usuario', ['nombre_folded', 'documento', 'telefono', 'email']),

    `CREATE TABLE service (
      id_servicio INTEGER PRIMARY KEY AUTOINCREMENT, nombre TEXT NOT NULL, nombre_folded TEXT NOT NULL UNIQUE, bajada_kbps INTEGER, subida_kbps INTEGER,
      precio_cents INTEGER NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL) STRICT`,

    `CREATE TABLE router (
      id_router INTEGER PRIMARY KEY AUTOINCREMENT, nombre TEXT NOT NULL, nombre_folded TEXT NOT NULL UNIQUE, agent_id TEXT REFERENCES agent (id),
      tipo TEXT NOT NULL, host TEXT NOT NULL, port INTEGER NOT NULL, scheme TEXT NOT NULL, pin TEXT, nft_set TEXT,
      estado TEXT NOT NULL, comprobado_at TEXT, error TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL) STRICT`,
    `CREATE INDEX router_by_agent ON router (agent_id)`,
    // In a table of their own, so that no reading of routers can bring them along.
    `CREATE TABLE router_credentials (
      id_router INTEGER PRIMARY KEY REFERENCES router (id_router) ON DELETE CASCADE, sealed TEXT NOT NULL, updated_at TEXT NOT NULL) STRICT`,

    `CREATE TABLE connection (
      id_conexion INTEGER PRIMARY KEY AUTOINCREMENT, id_usuario INTEGER NOT NULL REFERENCES customer (id_usuario),
      direccion_ip TEXT NOT NULL, ip_order TEXT NOT NULL, usuario_ppp TEXT, mac TEXT,
      id_router INTEGER REFERENCES router (id_router), id_servicio INTEGER REFERENCES service (id_servicio),
      estado TEXT NOT NULL, cliente_folded TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
      search_text TEXT GENERATED ALWAYS AS (
        ${searchText('cliente_folded', 'direccion_ip', "lower(coalesce(usuario_ppp, ''))", "replace(lower(coalesce(mac, '')), ':', '')")}
      ) VIRTUAL) STRICT`,
    // What is removed keeps its record; its address and PPP user are free for another.
    `CREATE UNIQUE INDEX connection_address ON connection (ip_order) WHERE estado <> 'eliminada'`,
    `CREATE UNIQUE INDEX connection_ppp_user ON connection (id_router, usuario_ppp) WHERE estado <> 'eliminada' AND usuario_ppp IS NOT NULL AND id_router IS NOT NULL`,
    // How many are on each router, told with the routers.
    `CREATE INDEX connection_on_router ON connection (id_router, estado) WHERE estado <> 'eliminada'`,
    `CREATE INDEX connection_by_customer ON connection (id_usuario)`,
    `CREATE INDEX connection_by_name ON connection (cliente_folded, id_conexion)`,
    `CREATE INDEX connection_by_ip ON connection (ip_order, id_conexion)`,
    // One for each order under each filter, so that a page reads only what it shows.
    ...connectionFilters.flatMap((column) => [
      `CREATE INDEX connection_by_${column} ON connection (${column}, id_conexion)`,
      `CREATE INDEX connection_by_${column}_name ON connection (${column}, cliente_folded, id_conexion)`,
      `CREATE INDEX connection_by_${column}_ip ON connection (${column}, ip_order, id_conexion)`,
    ]),
    ...searched('connection', 'id_conexion', ['cliente_folded', 'direccion_ip', 'usuario_ppp', 'mac']),
    // The customer's name stands in each of their connections, where it is searched and ordered by.
    `CREATE TRIGGER customer_renamed AFTER UPDATE OF nombre_folded ON customer WHEN old.nombre_folded <> new.nombre_folded BEGIN
      UPDATE connection SET cliente_folded = new.nombre_folded WHERE id_usuario = new.id_usuario;
    END`,

    `CREATE TABLE connection_history (
      id INTEGER PRIMARY KEY AUTOINCREMENT, id_conexion INTEGER NOT NULL REFERENCES connection (id_conexion) ON DELETE CASCADE, at TEXT NOT NULL,
      user_id INTEGER, que TEXT NOT NULL, before TEXT, after TEXT, operation_id TEXT) STRICT`,
    `CREATE INDEX connection_history_by_connection ON connection_history (id_conexion, id)`,

    `CREATE TABLE isp_import (
      user_id INTEGER NOT NULL, operation_id TEXT NOT NULL, lines INTEGER NOT NULL, imported INTEGER NOT NULL, errors_total INTEGER NOT NULL,
      errors TEXT NOT NULL, partial INTEGER NOT NULL, ended INTEGER NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (user_id, operation_id)) STRICT, WITHOUT ROWID`,
    // What an import has made so far: taken back when it does not come to its end, forgotten after it.
    `CREATE TABLE isp_import_row (
      user_id INTEGER NOT NULL, operation_id TEXT NOT NULL, kind TEXT NOT NULL, id INTEGER NOT NULL,
      PRIMARY KEY (user_id, operation_id, kind, id)) STRICT, WITHOUT ROWID`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** A trigram index over the `search_text` of a table, kept by the database itself, whoever writes. */
function searched(table: string, id: string, columns: readonly string[]): string[] {
  const index = `${table}_search`;
  const remove = `INSERT INTO ${index} (${index}, rowid, search_text) VALUES ('delete', old.${id}, old.search_text);`;
  const add = `INSERT INTO ${index} (rowid, search_text) VALUES (new.${id}, new.search_text);`;
  return [
    `CREATE VIRTUAL TABLE ${index} USING fts5 (search_text, content='${table}', content_rowid='${id}', tokenize='trigram remove_diacritics 1')`,
    `CREATE TRIGGER ${table}_search_added AFTER INSERT ON ${table} BEGIN ${add} END`,
    `CREATE TRIGGER ${table}_search_removed AFTER DELETE ON ${table} BEGIN ${remove} END`,
    `CREATE TRIGGER ${table}_search_changed AFTER UPDATE OF ${columns.join(', ')} ON ${table} BEGIN ${remove} ${add} END`,
  ];
}

/** What a search looks at: two spaces before every word, so that a trigram tells how a word begins even when only one character is asked for. */
function searchText(name: string, ...members: readonly string[]): string {
  return [`'  ' || replace(${name}, ' ', '  ')`, ...members].join(` || '  ' || `);
}
