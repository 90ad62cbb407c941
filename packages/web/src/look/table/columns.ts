// What a column of a table says of itself, and which of them fit the window.
import { useMantineTheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';

export interface Column<Row> {
  id: string;
  /** Names the column; in a card it stands before the value. */
  header: string;
  cell: (row: Row) => ReactNode;
  /** Pixels, or a track of a CSS grid; the rest of the width is shared by those without. It never follows the content, so that nothing jumps. */
  width?: number | string;
  align?: 'end';
  /** How the server calls this order; descending has a `-` before it. */
  sortKey?: string;
  /** The narrowest window that shows it as a column. */
  from?: 'md' | 'lg';
  /** Its place in a card, on a phone: the first column is the title, others are details unless said otherwise. */
  card?: 'title' | 'detail' | 'actions' | 'none';
}

export interface Shown<Row> {
  columns: readonly Column<Row>[];
  /** Rows are cards, as on a phone. */
  isCards: boolean;
}

export function useShownColumns<Row>(columns: readonly Column<Row>[]): Shown<Row> {
  const { breakpoints } = useMantineTheme();
  const atOnce = { getInitialValueInEffect: false };
  const isWide = useMediaQuery(`(min-width: ${breakpoints.sm})`, undefined, atOnce);
  const isMiddle = useMediaQuery(`(min-width: ${breakpoints.md})`, undefined, atOnce);
  const isLarge = useMediaQuery(`(min-width: ${breakpoints.lg})`, undefined, atOnce);
  if (!isWide) return { columns: columns.filter(({ card }) => card !== 'none'), isCards: true };
  return { columns: columns.filter(({ from }) => from === undefined || (from === 'md' ? isMiddle : isLarge)), isCards: false };
}

/** The tracks of the grid that header and rows share. */
export function tracks<Row>(columns: readonly Column<Row>[], isSelectable: boolean): string {
  const widths = columns.map(({ width }) => (width === undefined ? 'minmax(0, 1fr)' : typeof width === 'number' ? `${width}px` : width));
  return [...(isSelectable ? ['24px'] : []), ...widths].join(' ');
}

/** The order after a click on a column: ascending first, then the other way. */
export function nextSort(sort: string | undefined, key: string): string {
  return sort === key ? `-${key}` : key;
}

export function directionOf(sort: string | undefined, key: string): 'ascending' | 'descending' | 'none' {
  if (sort === key) return 'ascending';
  return sort === `-${key}` ? 'descending' : 'none';
}
