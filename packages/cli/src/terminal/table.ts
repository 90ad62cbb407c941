// Rows in aligned columns.
import { printable } from './printable.ts';

/** One line per row under its headings; what comes from elsewhere is made printable. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headings, ...rows.map((row) => row.map(printable))];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => Bun.stringWidth(row[column] ?? ''))));
  return cells
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - Bun.stringWidth(cell) + 2)))
        .join('')
        .trimEnd(),
    )
    .join('\n');
}
