// The rows that are in view, and a few around them: a list of any length costs what a screenful costs.
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useTold } from '../told.ts';
import type { Column } from './columns.ts';
import { roles } from './roles.ts';
import { placeOf, type RowSource } from './row-source.ts';
import type { Selection } from './selection.ts';
import { MissingRow, TableRow } from './table-row.tsx';
import { useTopInPage } from './top-in-page.ts';

interface TableRowsProps<Row> {
  source: RowSource<Row>;
  keyOf: (row: Row) => string;
  nameOf: (row: Row) => string;
  columns: readonly Column<Row>[];
  template: string;
  isCards: boolean;
  selection: Selection | undefined;
  onOpen: ((row: Row) => void) | undefined;
  onChooseAll: () => void;
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

export function TableRows<Row>({ source, keyOf, nameOf, columns, template, isCards, selection, onOpen, onChooseAll, onNearEnd }: TableRowsProps<Row>) {
  const told = useTold();
  const body = useRef<HTMLTableSectionElement | null>(null);
  const scrollMargin = useTopInPage(body);
  const [current, setCurrent] = useState(0);
  const [isFocusWanted, setFocusWanted] = useState(false);
  const { count, isSparse, at, onView } = source;
  const currentIndex = Math.min(current, count - 1);
  // It stays the same function while the rows are the same: with another one every row is measured anew.
  const known = isSparse ? undefined : source;
  const keyAt = useCallback(
    (index: number) => {
      const row = known?.at(index);
      return row === undefined ? index : keyOf(row);
    },
    [known, keyOf],
  );
  const virtualizer = useWindowVirtualizer<HTMLElement>({
    count,
    estimateSize: () => (isCards ? cardHeight : rowHeight),
    overscan: rowsAround,
    scrollMargin,
    scrollPaddingStart: stickyHeight,
    getItemKey: keyAt,
    directDomUpdates: true,
    useFlushSync: false,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= count - rowsBeforeEnd) onNearEnd();
    if (last >= 0) onView?.(first, last);
  }, [first, last, count, onNearEnd, onView]);

  // A row has to be there before it can have the focus.
  useEffect(() => {
    if (!isFocusWanted) return;
    const row = body.current?.querySelector<HTMLElement>(`[data-index="${currentIndex}"]`);
    if (!row) return;
    row.focus({ preventScroll: true });
    setFocusWanted(false);
  });

  const touch = selection?.touch;
  // Rows are not drawn again because others came, or because a range would begin elsewhere.
  const anchor = useRef<string>(undefined);
  anchor.current = selection?.anchor;
  const newest = useRef(source);
  newest.current = source;
  const onTouch = useCallback(
    (index: number, isRange: boolean) => {
      const { at, load } = newest.current;
      const row = at(index);
      if (row === undefined || !touch) return;
      setCurrent(index);
      const from = isRange ? placeOf(newest.current, (other) => keyOf(other) === anchor.current) : -1;
      if (from < 0) touch([], keyOf(row), isRange);
      else void told(load(Math.min(from, index), Math.max(from, index)), (between) => touch(between.map(keyOf), keyOf(row), true));
    },
    [keyOf, touch, told],
  );

  function goTo(index: number) {
    const next = Math.max(0, Math.min(count - 1, index));
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
      End: count - 1,
    };
    const row = at(currentIndex);
    const move = moves[event.key];
    if (move !== undefined) {
      const next = goTo(move);
      if (event.shiftKey) {
        // The range begins at the row one comes from.
        if (selection.keys.size === 0 && row !== undefined) {
          anchor.current = keyOf(row);
          onTouch(currentIndex, false);
        }
        onTouch(next, true);
      }
    } else if (event.key === ' ') onTouch(currentIndex, event.shiftKey);
    else if (event.key === 'Enter' && onOpen && row !== undefined) onOpen(row);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) onChooseAll();
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
        const row = at(index);
        const isCurrent = index === currentIndex;
        if (row === undefined) {
          return (
            <MissingRow
              key={key}
              index={index}
              isCards={isCards}
              columns={columns.length + (selection ? 1 : 0)}
              isCurrent={selection && isCurrent}
              measure={virtualizer.measureElement}
            />
          );
        }
        const rowKey = keyOf(row);
        return (
          <TableRow
            key={key}
            row={row}
            rowKey={rowKey}
            index={index}
            columns={columns}
            template={template}
            isCards={isCards}
            isChosen={selection?.keys.has(rowKey)}
            isCurrent={isCurrent}
            name={nameOf(row)}
            measure={virtualizer.measureElement}
            onTouch={onTouch}
          />
        );
      })}
    </tbody>
  );
}
