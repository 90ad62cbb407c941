// The rows that are in view, and a few around them: a list of any length costs what a screenful costs.
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Column } from './columns.ts';
import { roles } from './roles.ts';
import type { Selection } from './selection.ts';
import { TableRow } from './table-row.tsx';
import { useTopInPage } from './top-in-page.ts';

interface TableRowsProps<Row> {
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  nameOf: (row: Row) => string;
  columns: readonly Column<Row>[];
  template: string;
  isCards: boolean;
  selection: Selection | undefined;
  onOpen: ((row: Row) => void) | undefined;
  /** Called while the last rows come near. */
  onNearEnd: () => void;
}

/** Pixels, until a row was measured. */
const rowHeight = 53;
const cardHeight = 92;
const rowsAround = 10;
/** More are asked for when so few are left below. */
const rowsBeforeEnd = 25;
/** What sticks above the rows: the header of the page on a phone, and that of the table. */
const stickyHeight = 110;

export function TableRows<Row>({ rows, keyOf, nameOf, columns, template, isCards, selection, onOpen, onNearEnd }: TableRowsProps<Row>) {
  const body = useRef<HTMLTableSectionElement | null>(null);
  const scrollMargin = useTopInPage(body);
  const [current, setCurrent] = useState(0);
  const [isFocusWanted, setFocusWanted] = useState(false);
  const keys = useMemo(() => rows.map(keyOf), [rows, keyOf]);
  const currentIndex = Math.min(current, rows.length - 1);
  const virtualizer = useWindowVirtualizer<HTMLElement>({
    count: rows.length,
    estimateSize: () => (isCards ? cardHeight : rowHeight),
    overscan: rowsAround,
    scrollMargin,
    scrollPaddingStart: stickyHeight,
    getItemKey: (index) => keys[index] ?? index,
    directDomUpdates: true,
    useFlushSync: false,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= rows.length - rowsBeforeEnd) onNearEnd();
  }, [last, rows.length, onNearEnd]);

  // A row has to be there before it can have the focus.
  useEffect(() => {
    if (!isFocusWanted) return;
    const row = body.current?.querySelector<HTMLElement>(`[data-index="${currentIndex}"]`);
    if (!row) return;
    row.focus({ preventScroll: true });
    setFocusWanted(false);
  });

  const touch = selection?.touch;
  const onTouch = useCallback(
    (index: number, isRange: boolean) => {
      const key = keys[index];
      if (key === undefined) return;
      setCurrent(index);
      touch?.(keys, key, isRange);
    },
    [keys, touch],
  );

  function goTo(index: number) {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setCurrent(next);
    setFocusWanted(true);
    virtualizer.scrollToIndex(next, { align: 'auto' });
    return next;
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    if (!selection || !(event.target instanceof HTMLElement) || event.target.getAttribute('role') !== 'row') return;
    const screenful = Math.max(1, items.length - 2 * rowsAround - 1);
    const moves: Record<string, number> = {
      ArrowDown: currentIndex + 1,
      ArrowUp: currentIndex - 1,
      PageDown: currentIndex + screenful,
      PageUp: currentIndex - screenful,
      Home: 0,
      End: rows.length - 1,
    };
    const row = rows[currentIndex];
    const move = moves[event.key];
    if (move !== undefined) {
      const next = goTo(move);
      if (event.shiftKey) {
        // The range begins at the row one comes from.
        if (selection.keys.size === 0) onTouch(currentIndex, false);
        onTouch(next, true);
      }
    } else if (event.key === ' ') onTouch(currentIndex, event.shiftKey);
    else if (event.key === 'Enter' && onOpen && row !== undefined) onOpen(row);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) selection.touchAll(keys);
    else if (event.key === 'Escape' && selection.keys.size > 0) selection.clear();
    else return;
    event.preventDefault();
  }

  return (
    <tbody
      {...roles.group}
      className="relevo-table-body"
      ref={(element) => {
        body.current = element;
        virtualizer.containerRef(element);
      }}
      onKeyDown={onKeyDown}
    >
      {items.map(({ index, key }) => {
        const row = rows[index];
        if (row === undefined) return null;
        return (
          <TableRow
            key={key}
            row={row}
            rowKey={String(key)}
            index={index}
            columns={columns}
            template={template}
            isCards={isCards}
            isChosen={selection?.keys.has(String(key))}
            isCurrent={index === currentIndex}
            name={nameOf(row)}
            measure={virtualizer.measureElement}
            onTouch={onTouch}
          />
        );
      })}
    </tbody>
  );
}
