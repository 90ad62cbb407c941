// The roles of a table's elements, said aloud: with another `display` than a table's, some browsers forget them.

export const roles = {
  table: { role: 'table' },
  /** A table whose rows can have the focus and be chosen. */
  grid: { role: 'grid', 'aria-multiselectable': true },
  group: { role: 'rowgroup' },
  row: { role: 'row' },
  columnHeader: { role: 'columnheader' },
  cell: { role: 'cell' },
  gridCell: { role: 'gridcell' },
} as const;
