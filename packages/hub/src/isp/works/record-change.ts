// What one step changes in the records, in its transaction: each change with its line in the history and its entry in the audit log.
import type { ConnectionResource } from '@relevo/protocol';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { IspStepTable } from '../../database/isp-work-schema.ts';
import type { HubTransaction } from '../../operations/operation-journal.ts';
import { addHistory, applyChange, type ConnectionMembers, type HistoryNote, lookUpConnection } from '../connections/connection-rows.ts';
import { connectionSubject } from '../connections/connection-subject.ts';

export class RecordChange {
  readonly transaction: HubTransaction;
  readonly row: IspStepTable;
  readonly #audit: AuditLog;
  #connection: Promise<ConnectionResource | undefined> | undefined;

  constructor(transaction: HubTransaction, row: IspStepTable, audit: AuditLog) {
    this.transaction = transaction;
    this.row = row;
    this.#audit = audit;
  }

  /** The connection of the step as it is by now. */
  connection(): Promise<ConnectionResource | undefined> {
    const { id_conexion } = this.row;
    this.#connection ??= id_conexion === null ? Promise.resolve(undefined) : lookUpConnection(this.transaction, id_conexion);
    return this.#connection;
  }

  async write(before: ConnectionResource, members: Partial<ConnectionMembers>, que: HistoryNote['que'], action: string): Promise<void> {
    const { user_id: userId, operation_id: operationId } = this.row;
    await applyChange(this.transaction, before, members, { que, userId, operationId });
    this.#connection = undefined;
    await this.#record(before, action, before, await this.connection());
  }

  /** Nothing of the record changes; what was on the router does. */
  async noteRouterChange(connection: ConnectionResource, before: object, after: object, que: HistoryNote['que'], action: string): Promise<void> {
    const { user_id, operation_id } = this.row;
    const line = { id_conexion: connection.id_conexion, before, after };
    await addHistory(this.transaction, line, { que, userId: user_id, operationId: operation_id }, new Date().toISOString());
    await this.#record(connection, action, before, after);
  }

  async #record(connection: ConnectionResource, action: string, before: object, after: object | undefined): Promise<void> {
    const { user_id, user_email, request_id, client_address, operation_id } = this.row;
    await this.#audit.record(this.transaction, {
      by: { userId: user_id, email: user_email, requestId: request_id, clientAddress: client_address },
      action,
      subject: connectionSubject(connection),
      operationId: operation_id,
      before,
      after,
    });
  }
}
