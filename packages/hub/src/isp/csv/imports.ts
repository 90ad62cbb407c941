// Imports of connections: a file is checked whole, then written in small parts, watched as an operation; what does not come to its end is taken back.
import type { Database } from 'bun:sqlite';
import type { Operation, OperationKey } from '@relevo/progress/engine';
import { type Language, renderStepText } from '@relevo/protocol';
import { type Log, ProblemError } from '@relevo/runtime';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { HubDatabase } from '../../database/database.ts';
import type { Operations, StepReport } from '../../operations/operations.ts';
import type { Actor } from '../actor.ts';
import { type CheckedLine, LineChecker, readHeader } from './check-lines.ts';
import { ImportErrors, importErrorText } from './import-errors.ts';
import { type ImportOutcome, ImportStore } from './import-store.ts';
import { Portion } from './portion.ts';
import { CsvFault, type CsvLine, readCsv } from './read-csv.ts';

export const importKind = 'isp-import';

export interface ImportAsked {
  by: Actor;
  operationId: string;
  language: Language;
  requestId: string;
  /** What people call the file. */
  title: string;
  bytes: Uint8Array;
  /** Import the good lines although there are bad ones. */
  partial: boolean;
  /** What was asked, as text: the same again under the same operation id is the same import. */
  request: string;
}

export interface ImportsOptions {
  db: HubDatabase;
  /** The one under `db`. */
  connection: Database;
  audit: AuditLog;
  operations: Operations;
  log: Log;
  /** ISP_IMPORT_LINES_MAX */
  linesMax: number;
  /** OPERATION_HISTORY, milliseconds: how long an outcome is kept. */
  historyMs: number;
}

/** Lines checked at once; and lines written, or taken back, in one transaction. */
const checkedAtOnce = { first: 100, max: 1000 };
const writtenAtOnce = { first: 50, max: 1000 };
/** Rows forgotten in one transaction. */
const forgottenAtOnce = { first: 500, max: 10_000 };
/** Imports that may wait for the one that runs: each holds its file in memory. */
const waitingMax = 4;

/** The hub goes away: nothing more is said or taken back here, the next start does. */
class Closing extends Error {}

export class Imports {
  readonly store: ImportStore;
  readonly #options: ImportsOptions;
  readonly #running = new Map<string, AbortController>();
  /** One at a time: the next begins when this settles. */
  #turn: Promise<void> = Promise.resolve();
  #closing = false;

  constructor(options: ImportsOptions) {
    this.#options = options;
    this.store = new ImportStore(options.db, options.connection, options.audit);
    options.operations.onStop(importKind, async (operation) => this.#stop(operation));
  }

  /** Takes back what the last process left half done. Imports that are asked for meanwhile wait. */
  recover(): void {
    this.#inTurn(async () => {
      for (const unfinished of await this.store.unfinished()) {
        if (this.#closing) return;
        if (!unfinished.partial) await this.#takeBack({ userId: unfinished.user_id, id: unfinished.operation_id });
        await this.store.end({ userId: unfinished.user_id, id: unfinished.operation_id }, unfinished.partial ? undefined : { imported: 0 });
      }
      for (const key of this.store.rows.settled()) await this.#forgetRows(key);
    });
  }

  /** Begins an import, or attaches to the one that this very request began. @throws ProblemError too_many_requests and what `Operations.begin` throws */
  async begin(asked: ImportAsked): Promise<void> {
    const { operations, historyMs } = this.#options;
    const key = { userId: asked.by.userId, id: asked.operationId };
    if (await operations.attach(key, { kind: importKind, request: asked.request })) return;
    if (this.#running.size > waitingMax) {
      throw new ProblemError('too_many_requests', 'other imports wait already', { headers: { 'retry-after': '30' } });
    }
    const steps = (['check', 'import'] as const).map((step) => ({ step, ...said({ code: 'isp.waiting' }, asked.language) }));
    const { language, requestId, request, title, partial } = asked;
    const spec = { kind: importKind, title, carrier: 'hub', language, request, requestId, endsWithSteps: true, steps } as const;
    const { fresh } = await operations.begin(key, spec, (transaction) => this.store.begin(transaction, key, partial, historyMs));
    if (!fresh) return;
    const controller = new AbortController();
    this.#running.set(keyText(key), controller);
    this.#inTurn(async () => {
      try {
        await this.#run(key, asked, controller.signal);
      } finally {
        this.#running.delete(keyText(key));
      }
    });
  }

  /** What became of an import. @throws ProblemError not_found */
  async outcome(userId: number, operationId: string): Promise<ImportOutcome> {
    const found = await this.store.find({ userId, id: operationId });
    if (!found) throw new ProblemError('not_found', `there is no import ${operationId}`);
    return found;
  }

  /** Ends what runs at its next safe point; the next start takes it back. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#turn;
  }

  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch((error: unknown) => {
      if (!(error instanceof Closing)) this.#options.log.error({ event: 'import_failed', err: error }, 'an import of connections failed');
    });
  }

  async #run(key: OperationKey, asked: ImportAsked, signal: AbortSignal): Promise<void> {
    const errors = new ImportErrors(asked.language);
    let step: 'check' | 'import' = 'check';
    try {
      this.#safePoint(signal);
      const lines = await this.#check(key, asked, errors, signal);
      if (!lines) return;
      step = 'import';
      const imported = await this.#write(key, asked, lines, errors, signal);
      await this.store.end(key, { imported, errors }, { by: asked.by, title: asked.title });
      const text: StepReport['text'] =
        errors.total > 0
          ? { code: 'isp.imported_partly', values: { done: imported, errors: errors.total } }
          : { code: 'isp.imported', values: { done: imported } };
      this.#report(key, 'import', { status: 'completed', text });
      this.#options.log.info(
        { event: 'connections_imported', operation_id: key.id, user_id: key.userId, imported, refused: errors.total },
        'connections imported',
      );
    } catch (error) {
      if (error instanceof Closing) throw error;
      if (step === 'import' && !asked.partial) await this.#takeBack(key);
      await this.store.end(key, asked.partial ? { errors } : { imported: 0, errors });
      this.#settle(key, step, this.#textOf(error, signal));
    }
    await this.#options.operations.engine.commit();
    await this.#forgetRows(key);
  }

  /** The lines that can be imported; undefined when none will be, and the operation was told why. */
  async #check(key: OperationKey, asked: ImportAsked, errors: ImportErrors, signal: AbortSignal): Promise<CheckedLine[] | undefined> {
    this.#report(key, 'check', { status: 'in_progress', text: { code: 'isp.import_reading' }, progress: 0 });
    const checked: CheckedLine[] = [];
    let checker: LineChecker | undefined;
    let lines = 0;
    let headerWrong = false;
    const portion = new Portion(checkedAtOnce);
    const look = (batch: readonly CsvLine[]) =>
      portion.run(async () => {
        this.#safePoint(signal);
        if (checker) checked.push(...(await checker.check(batch)));
        this.#report(key, 'check', { status: 'in_progress', text: { code: 'isp.import_checking', values: { lines } }, progress: null });
      });
    try {
      let batch: CsvLine[] = [];
      for await (const line of readCsv(asked.bytes)) {
        if (!checker) {
          const columns = readHeader(line, errors);
          headerWrong = columns === undefined;
          if (!columns) break;
          checker = new LineChecker(this.#options.db, columns, errors);
          await checker.open();
          continue;
        }
        lines += 1;
        if (lines > this.#options.linesMax) {
          const { linesMax } = this.#options;
          errors.add(line.line, 'too_many_lines', null, { en: `a file has at most ${linesMax} lines`, es: `un archivo tiene como máximo ${linesMax} líneas` });
          headerWrong = true;
          break;
        }
        batch.push(line);
        if (batch.length < portion.size) continue;
        await look(batch);
        batch = [];
      }
      await look(batch);
      if (!checker && errors.total === 0)
        errors.add(1, 'file_empty', null, { en: 'the first line names the columns', es: 'la primera línea nombra las columnas' });
    } catch (error) {
      if (!(error instanceof CsvFault)) throw error;
      errors.add(error.line, 'file_invalid', null, error.texts);
      headerWrong = true;
    }
    await this.store.checked(key, lines, errors);
    if (errors.total > 0 && (!asked.partial || headerWrong || !checker)) {
      const [first] = errors.kept.toSorted((a, b) => a.line - b.line);
      const reason = first ? importErrorText(first, asked.language) : '';
      const text = { code: 'isp.import_refused', values: { errors: errors.total, line: first?.line ?? 1, reason } };
      await this.store.end(key, { imported: 0, errors });
      this.#settle(key, 'check', text);
      return undefined;
    }
    const text = { code: 'isp.import_checked', values: { lines: checked.length } };
    this.#report(key, 'check', { status: 'completed', text });
    return checked;
  }

  async #write(key: OperationKey, asked: ImportAsked, lines: readonly CheckedLine[], errors: ImportErrors, signal: AbortSignal): Promise<number> {
    let imported = 0;
    const portion = new Portion(writtenAtOnce);
    for (let at = 0; at < lines.length; ) {
      await portion.run(async (size) => {
        this.#safePoint(signal);
        imported += await this.store.write(key, lines.slice(at, at + size), asked.partial ? errors : undefined);
        at = Math.min(at + size, lines.length);
        const values = { done: imported, total: lines.length };
        const progress = Math.floor((at * 100) / lines.length);
        this.#report(key, 'import', { status: 'in_progress', text: { code: 'isp.importing', values }, progress: Math.min(progress, 99) });
      });
    }
    return imported;
  }

  async #takeBack(key: OperationKey): Promise<void> {
    const portion = new Portion(writtenAtOnce);
    let left = this.store.rows.left(key);
    const takeBack = (size: number) => {
      this.#report(key, 'import', { status: 'in_progress', text: { code: 'isp.import_taking_back', values: { left } }, progress: null });
      left = Math.max(0, left - size);
      return this.store.takeBack(key, size);
    };
    while (await portion.run(takeBack)) if (this.#closing) throw new Closing();
  }

  /** What was made stays: what would take it back is not needed any more. */
  async #forgetRows(key: OperationKey): Promise<void> {
    const portion = new Portion(forgottenAtOnce);
    while (await portion.run((size) => this.store.forgetRows(key, size))) if (this.#closing) throw new Closing();
  }

  #stop(operation: Operation): void {
    this.#running.get(keyText(operation))?.abort();
  }

  #safePoint(signal: AbortSignal): void {
    if (this.#closing) throw new Closing();
    signal.throwIfAborted();
  }

  #textOf(error: unknown, signal: AbortSignal): StepReport['text'] {
    if (signal.aborted) return { code: 'step.stopped' };
    if (error instanceof ProblemError) return { code: 'step.failed', values: { reason: error.message } };
    this.#options.log.error({ event: 'import_failed', err: error }, 'an import of connections failed');
    return { code: 'step.failed', values: { reason: error instanceof Error ? error.message : String(error) } };
  }

  /** Ends a step in error, and the one after it that is not reached. */
  #settle(key: OperationKey, step: 'check' | 'import', text: StepReport['text']): void {
    this.#report(key, step, { status: 'error', text });
    if (step === 'check') this.#report(key, 'import', { status: 'error', text: { code: text.code === 'step.stopped' ? 'step.stopped' : 'step.not_reached' } });
  }

  #report(key: OperationKey, step: string, report: StepReport): void {
    this.#options.operations.report(key, step, report);
  }
}

function said(text: { code: string }, language: Language) {
  return { message: renderStepText(text, language), code: text.code };
}

function keyText({ userId, id }: OperationKey): string {
  return `${userId}/${id}`;
}
