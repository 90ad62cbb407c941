// The rows of files: who owns which name for which content.
import type { FileResource } from '@relevo/protocol';
import { sql, type Transaction } from 'kysely';
import type { HubDatabase } from '../database/database.ts';
import type { FileTable, HubSchema } from '../database/schema.ts';
import { type FileSort, type ListPosition, positionAfter, sortColumns } from './list-position.ts';

export interface ListOptions {
  /** Only files of this user; everybody's when absent. */
  ownerId?: number | undefined;
  /** Part of the name, in any case; '' finds all. */
  query: string;
  sort: FileSort;
  /** Where the page before ended. */
  after?: ListPosition | undefined;
  /** Instead of `after`: how many to pass over. All there are are counted then. */
  offset?: number | undefined;
  limit: number;
}

export interface FilePage {
  files: FileResource[];
  /** Where the next page begins; undefined on the last. */
  next: ListPosition | undefined;
  /** How many there are in all; only where an offset was asked for. */
  total: number | undefined;
}

export interface NewFile {
  ownerId: number;
  name: string;
  size: number;
  sha256: string;
  mediaType: string;
}

export class FileStore {
  readonly #db: HubDatabase;

  constructor(db: HubDatabase) {
    this.#db = db;
  }

  /**
   * Adds a file.
   * @param also what else has to be true from the same moment on.
   */
  async add(file: NewFile, also?: (trx: Transaction<HubSchema>, id: string) => Promise<unknown>): Promise<FileResource> {
    const row: FileTable = {
      // Version 7: ids sort by time, so that files of the same millisecond keep their order.
      id: Bun.randomUUIDv7(),
      owner_id: file.ownerId,
      name: file.name,
      name_folded: foldName(file.name),
      size: file.size,
      sha256: file.sha256,
      media_type: file.mediaType,
      created_at: new Date().toISOString(),
    };
    await this.#db.transaction().execute(async (trx) => {
      await trx.insertInto('file').values(row).execute();
      await also?.(trx, row.id);
    });
    return resource(row);
  }

  async find(id: string): Promise<FileResource | undefined> {
    const row = await this.#db.selectFrom('file').selectAll().where('id', '=', id).executeTakeFirst();
    return row && resource(row);
  }

  /** Removes a file and does `also` with it, or neither; undefined when there is none. */
  async remove(id: string, also?: (trx: HubDatabase, file: FileResource) => Promise<void>): Promise<FileResource | undefined> {
    return this.#db.transaction().execute(async (trx) => {
      const row = await trx.deleteFrom('file').where('id', '=', id).returningAll().executeTakeFirst();
      if (!row) return undefined;
      await also?.(trx, resource(row));
      return resource(row);
    });
  }

  /** Whether a file has this content, or an upload that is whole and about to be one. */
  async hasContent(sha256: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('file')
      .select('sha256')
      .where('sha256', '=', sha256)
      .unionAll(
        this.#db
          .selectFrom('upload')
          .select((expression) => expression.ref('sha256').$notNull().as('sha256'))
          .where('sha256', '=', sha256)
          .where('file_id', 'is', null),
      )
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Those of `contents` that a file of this user has. */
  async ownContents(ownerId: number, contents: readonly string[]): Promise<Set<string>> {
    const rows = await this.#db
      .selectFrom('file')
      .select('sha256')
      .distinct()
      .where('owner_id', '=', ownerId)
      .where(sql<boolean>`sha256 IN (SELECT value FROM json_each(${JSON.stringify(contents)}))`)
      .execute();
    return new Set(rows.map((row) => row.sha256));
  }

  /** As `hasContent`, all those whose hash begins with `prefix`. */
  async contents(prefix: string): Promise<Set<string>> {
    const end = `${prefix}g`;
    const files = await this.#db.selectFrom('file').select('sha256').distinct().where('sha256', '>=', prefix).where('sha256', '<', end).execute();
    const uploads = await this.#db
      .selectFrom('upload')
      .select('sha256')
      .where('sha256', '>=', prefix)
      .where('sha256', '<', end)
      .where('file_id', 'is', null)
      .$narrowType<{ sha256: string }>()
      .execute();
    return new Set([...files, ...uploads].map((row) => row.sha256));
  }

  /** Bytes that the files of one user add up to, and that their unfinished resumable uploads will. */
  async usedBy(ownerId: number): Promise<number> {
    const row = await this.#db
      .selectNoFrom((expression) => [
        expression
          .selectFrom('file')
          .select((inner) => inner.fn.sum<number | null>('size').as('total'))
          .where('owner_id', '=', ownerId)
          .as('files'),
        expression
          .selectFrom('upload')
          .select((inner) => inner.fn.sum<number | null>('size').as('total'))
          .where('owner_id', '=', ownerId)
          .where('file_id', 'is', null)
          .as('uploads'),
      ])
      .executeTakeFirstOrThrow();
    return (row.files ?? 0) + (row.uploads ?? 0);
  }

  async list({ ownerId, query, sort, after, offset, limit }: ListOptions): Promise<FilePage> {
    const { column, direction } = sortColumns[sort];
    const comparison = direction === 'asc' ? '>' : '<';
    let found = this.#db.selectFrom('file');
    if (ownerId !== undefined) found = found.where('owner_id', '=', ownerId);
    if (query !== '') found = found.where((expression) => expression(expression.fn<number>('instr', ['name_folded', expression.val(foldName(query))]), '>', 0));
    let select = found.selectAll().orderBy(column, direction).orderBy('id', direction);
    // Rows that are passed over, and those that are counted, are read from an index alone.
    if (offset !== undefined) select = select.offset(offset);
    else if (after) {
      select = select.where((expression) => expression(expression.refTuple(column, 'id'), comparison, expression.tuple(after.value, after.id)));
    }
    // One more than asked tells whether there is a next page.
    const rows = await select.limit(limit + 1).execute();
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const counted =
      offset === undefined ? undefined : await found.select((expression) => expression.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
    return { files: page.map(resource), next: rows.length > limit && last ? positionAfter(last, sort) : undefined, total: counted?.count };
  }
}

/** What a search compares: canonical form, no case. */
function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function resource({ name_folded: _, ...file }: FileTable): FileResource {
  return file;
}
