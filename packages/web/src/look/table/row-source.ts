// Where a table has its rows from: all of them at hand, or a long list of which only what is looked at is fetched.

export interface RowSource<Row> {
  /** How many rows there are, whether they are here or not. */
  count: number;
  /** Some may not be here yet: a row has its place by its number alone. */
  isSparse: boolean;
  /** Undefined: not here yet. */
  at: (index: number) => Row | undefined;
  /** Those that are here, with their places. */
  loaded: () => Iterable<[index: number, row: Row]>;
  /** All from `first` to `last`, both included; what is not here is fetched. */
  load: (first: number, last: number) => Promise<readonly Row[]>;
  /** Says which rows are looked at, so that they are fetched. */
  onView?: (first: number, last: number) => void;
}

export function arraySource<Row>(rows: readonly Row[]): RowSource<Row> {
  return {
    count: rows.length,
    isSparse: false,
    at: (index) => rows[index],
    loaded: () => rows.entries(),
    load: async (first, last) => rows.slice(first, last + 1),
  };
}

export function isSource<Row>(rows: readonly Row[] | RowSource<Row>): rows is RowSource<Row> {
  return 'isSparse' in rows;
}

/** The place of the first row that `isIt` says yes to; -1 when none of those that are here is. */
export function placeOf<Row>(source: RowSource<Row>, isIt: (row: Row) => boolean): number {
  for (const [index, row] of source.loaded()) if (isIt(row)) return index;
  return -1;
}
