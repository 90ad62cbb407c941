// What a change of a record changes: the members that differ, as they were and as they are.

export interface ChangedMembers<Row> {
  before: Partial<Row>;
  after: Partial<Row>;
}

/** Undefined when `changes` says nothing that is not so already; members that are `undefined` say nothing. */
export function changedMembers<Row extends object>(row: Row, changes: { [Name in keyof Row]?: Row[Name] | undefined }): ChangedMembers<Row> | undefined {
  const names = (Object.keys(changes) as (keyof Row)[]).filter((name) => changes[name] !== undefined && changes[name] !== row[name]);
  if (names.length === 0) return undefined;
  const of = (source: { [Name in keyof Row]?: Row[Name] | undefined }) => Object.fromEntries(names.map((name) => [name, source[name]])) as Partial<Row>;
  return { before: of(row), after: of(changes) };
}
