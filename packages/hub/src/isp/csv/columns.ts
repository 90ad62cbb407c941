// The columns of a CSV file of connections: what an export writes and an import reads, under the same names.

/** In the order of an export. */
export const exportedColumns = [
  'id_conexion',
  'id_usuario',
  'cliente',
  'documento',
  'telefono',
  'email',
  'direccion',
  'direccion_ip',
  'usuario_ppp',
  'mac',
  'id_router',
  'router',
  'id_servicio',
  'servicio',
  'estado',
  'created_at',
  'updated_at',
] as const;
export type Column = (typeof exportedColumns)[number];

/** Whoever opens a file in a spreadsheet must not run what a customer was called: cells that would be a formula begin with an apostrophe. */
const formula = /^[=+\-@\t\r]/;

/** One line of a file, its end included (RFC 4180 §2). */
export function csvLine(cells: readonly (string | number | null)[], separator: ',' | ';'): string {
  return `${cells.map((cell) => csvCell(cell, separator)).join(separator)}\r\n`;
}

function csvCell(value: string | number | null, separator: string): string {
  if (value === null) return '';
  const text = typeof value === 'string' && formula.test(value) ? `'${value}` : String(value);
  // "Fields containing line breaks (CRLF), double quotes, and commas should be enclosed in double-quotes" (RFC 4180 §2.6); spaces at an end are
  // part of a field, which not every reader knows.
  return /["\r\n]|^\s|\s$/.test(text) || text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What a cell says: without the apostrophe that an export put before it, and without spaces at its ends. */
export function cellText(cell: string): string {
  const text = cell.trim();
  return text.startsWith("'") && formula.test(text.slice(1)) ? text.slice(1).trim() : text;
}
