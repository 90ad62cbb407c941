// Queries that are built and compiled once: building one anew takes longer than SQLite takes to answer it.
import type { CompiledQuery, Kysely } from 'kysely';

/**
 * Runs the query with these values.
 * @returns its rows; none of a query that only writes
 */
export type PreparedQuery<Schema, Parameters extends object, Row> = (db: Kysely<Schema>, parameters: Parameters) => Promise<Row[]>;

/**
 * A query of which `build` says the text, as it would with any builder of Kysely, ending with `compile()`. It is called once for each set of names in
 * `parameters`, whose values come with every run: it may ask which members are there (those that are undefined are not), never what they are.
 */
export function preparedQuery<Schema, Parameters extends object, Row>(
  build: (db: Kysely<Schema>, parameters: Parameters) => CompiledQuery<Row>,
): PreparedQuery<Schema, Parameters, Row> {
  const compiled = new Map<string, CompiledQuery<Row>>();
  return async (db, parameters) => {
    const values = parameters as Record<string, unknown>;
    let shape = '';
    for (const name in values) if (values[name] !== undefined) shape += `${name},`;
    let known = compiled.get(shape);
    if (!known) {
      const names = Object.keys(values).filter((name) => values[name] !== undefined);
      known = build(db, Object.fromEntries(names.map((name) => [name, new Parameter(name)])) as Parameters);
      compiled.set(shape, known);
    }
    const { query, queryId, sql, parameters: places } = known;
    const bound = places.map((place) => (place instanceof Parameter ? values[place.name] : place));
    return (await db.executeQuery<Row>({ query, queryId, sql, parameters: bound })).rows;
  };
}

/** Stands in a query for a value that comes with each run. */
class Parameter {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  toJSON(): never {
    throw new TypeError(`a prepared query is built without the value of "${this.name}"`);
  }

  [Symbol.toPrimitive](): never {
    return this.toJSON();
  }
}
