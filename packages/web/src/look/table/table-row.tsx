// One row: cells in the columns' tracks, or a card on a phone.
import { Checkbox } from '@mantine/core';
import { Fragment, type MouseEvent, memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Column } from './columns.ts';
import { roles } from './roles.ts';

interface TableRowProps<Row> {
  row: Row;
  rowKey: string;
  index: number;
  columns: readonly Column<Row>[];
  template: string;
  isCards: boolean;
  /** Undefined where rows cannot be chosen. */
  isChosen: boolean | undefined;
  /** The one that Tab reaches, where rows can be chosen. */
  isCurrent: boolean;
  /** What the row is called for who cannot see it. */
  name: string;
  measure: (element: HTMLElement | null) => void;
  onTouch: (index: number, isRange: boolean) => void;
}

function TableRowInner<Row>({ row, rowKey, index, columns, template, isCards, isChosen, isCurrent, name, measure, onTouch }: TableRowProps<Row>) {
  const { t } = useTranslation();
  const isSelectable = isChosen !== undefined;
  const choice = isSelectable && (
    <td {...roles.gridCell} className="relevo-table-cell relevo-table-choice">
      <Checkbox
        size="xs"
        tabIndex={-1}
        aria-label={t('table.choose', { name })}
        checked={isChosen}
        onChange={noChange}
        onClick={(event: MouseEvent) => onTouch(index, event.shiftKey)}
      />
    </td>
  );
  const cells = columns.map((column, position) => {
    const { id, header, cell, align } = column;
    const place = column.card ?? (position === 0 ? 'title' : 'detail');
    return (
      <td key={id} {...(isSelectable ? roles.gridCell : roles.cell)} className="relevo-table-cell" data-align={align} data-place={place}>
        {isCards && place === 'detail' ? <Detail header={header}>{cell(row)}</Detail> : cell(row)}
      </td>
    );
  });
  return (
    <tr
      ref={measure}
      {...roles.row}
      data-index={index}
      data-key={rowKey}
      aria-rowindex={index + 2}
      className="relevo-table-row"
      data-cards={isCards || undefined}
      {...(isSelectable && { 'aria-selected': isChosen, tabIndex: isCurrent ? 0 : -1 })}
      {...(!isCards && { style: { gridTemplateColumns: template } })}
    >
      {/* Where rows are told apart by their place, what was open in the cells of one must not stay open in those of another. */}
      <Fragment key={rowKey}>
        {choice}
        {cells}
      </Fragment>
    </tr>
  );
}

interface MissingRowProps {
  index: number;
  isCards: boolean;
  columns: number;
  /** Undefined where rows cannot be chosen; else whether Tab reaches it. */
  isCurrent: boolean | undefined;
  measure: (element: HTMLElement | null) => void;
}

/** Holds the place of a row that is not here yet. */
export function MissingRow({ index, isCards, columns, isCurrent, measure }: MissingRowProps) {
  const { t } = useTranslation();
  return (
    <tr
      ref={measure}
      {...roles.row}
      data-index={index}
      aria-rowindex={index + 2}
      className="relevo-table-row relevo-table-missing"
      data-cards={isCards || undefined}
      {...(isCurrent !== undefined && { tabIndex: isCurrent ? 0 : -1 })}
    >
      <td {...(isCurrent === undefined ? roles.cell : roles.gridCell)} colSpan={columns} className="relevo-table-cell" aria-label={t('states.loading')}>
        <div className="relevo-table-blank" style={{ width: `${45 - ((index * 7) % 20)}%` }} />
      </td>
    </tr>
  );
}

function Detail({ header, children }: { header: string; children: ReactNode }) {
  return (
    <>
      <span className="relevo-table-label">{header}</span>
      {children}
    </>
  );
}

/** The click says whether Shift was held, which a change does not. */
function noChange(): void {}

export const TableRow = memo(TableRowInner) as typeof TableRowInner;
