// GET /api/conexiones/exportar: the connections of a list as a CSV file, sent while it is read.
import { z } from 'zod';
import { endpoint } from '../../http/endpoint.ts';
import { connectionFilterQuery } from '../connections/connection-endpoints.ts';
import type { ConnectionFilter, ConnectionSort } from '../connections/connection-list.ts';
import type { Connections } from '../connections/connections.ts';
import type { Customers } from '../customers/customers.ts';
import type { PagePosition } from '../list-page.ts';
import { csvLine, exportedColumns } from './columns.ts';

/** Connections read before some are sent. */
const pageSize = 500;

export function exportConnections(connections: Connections, customers: Customers) {
  return endpoint({
    summary: 'The connections as a CSV file, by the filters of their list; `excel=true` for a spreadsheet in Spanish',
    query: z.object({
      ...connectionFilterQuery,
      excel: z.enum(['true', 'false']).default('false').describe('Semicolons, and a mark of UTF-8 before the first line'),
    }),
    responses: { 200: { description: 'The file', mediaType: 'text/csv' } },
    handle({ query: { excel, ...filter } }) {
      const lines = csvOf(connections, customers, filter, excel === 'true' ? ';' : ',');
      const encoder = new TextEncoder();
      let isFirst = true;
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          const { value, done } = await lines.next();
          if (done) return controller.close();
          controller.enqueue(encoder.encode(isFirst && excel === 'true' ? `\uFEFF${value}` : value));
          isFirst = false;
        },
        cancel: async () => void (await lines.return(undefined)),
      });
      const name = `conexiones-${new Date().toISOString().slice(0, 10)}.csv`;
      return new Response(body, {
        headers: {
          'content-type': 'text/csv; charset=utf-8; header=present',
          'content-disposition': `attachment; filename="${name}"`,
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        },
      });
    },
  });
}

async function* csvOf(
  connections: Connections,
  customers: Customers,
  filter: ConnectionFilter & { sort: ConnectionSort },
  separator: ',' | ';',
): AsyncGenerator<string, undefined> {
  yield csvLine(exportedColumns, separator);
  let after: PagePosition | undefined;
  do {
    const page = await connections.list({ ...filter, after, limit: pageSize });
    const owners = await customers.byId(page.connections.map(({ id_usuario }) => id_usuario));
    yield page.connections
      .map((connection) => {
        const { documento = null, telefono = null, email = null, direccion = null } = owners.get(connection.id_usuario) ?? {};
        const cells = { ...connection, documento, telefono, email, direccion };
        return csvLine(
          exportedColumns.map((column) => cells[column]),
          separator,
        );
      })
      .join('');
    after = page.next;
  } while (after);
}
