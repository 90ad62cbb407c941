// The ISP's records, put together: what routes and the work on routers stand on.
import type { Database } from 'bun:sqlite';
import type { Log } from '@relevo/runtime';
import type { AuditLog } from '../audit/audit-log.ts';
import type { HubDatabase } from '../database/database.ts';
import type { Operations } from '../operations/operations.ts';
import type { HubSettings } from '../settings.ts';
import { Connections } from './connections/connections.ts';
import { credentialsKey } from './credentials/credentials-key.ts';
import { RouterCredentials } from './credentials/router-credentials.ts';
import { Imports } from './csv/imports.ts';
import { Customers } from './customers/customers.ts';
import { Routers } from './routers/routers.ts';
import { Services } from './services/services.ts';

export interface IspRecords {
  customers: Customers;
  services: Services;
  routers: Routers;
  credentials: RouterCredentials;
  connections: Connections;
  imports: Imports;
  /** ISP_IMPORT_MAX_BYTES */
  importMaxBytes: number;
}

export interface IspRecordsOptions {
  db: HubDatabase;
  /** The one under `db`. */
  connection: Database;
  audit: AuditLog;
  operations: Operations;
  settings: HubSettings;
  log: Log;
}

/** @throws SettingsError when there is no usable key for the credentials of routers */
export async function openIspRecords({ db, connection, audit, operations, settings, log }: IspRecordsOptions): Promise<IspRecords> {
  const credentials = new RouterCredentials(db, credentialsKey(settings.CREDENTIALS_KEY, settings.HUB_DATA_DIR));
  const unreadable = await credentials.unreadable();
  if (unreadable > 0) {
    log.error(
      { event: 'credentials_unreadable', routers: unreadable },
      'the credentials of routers were encrypted with another key: put it back, or enter them again',
    );
  }
  const imports = new Imports({ db, connection, audit, operations, log, linesMax: settings.ISP_IMPORT_LINES_MAX, historyMs: settings.OPERATION_HISTORY });
  imports.recover();
  return {
    customers: new Customers(db, audit),
    services: new Services(db, audit),
    routers: new Routers(db, audit, credentials),
    credentials,
    connections: new Connections(db, audit, settings.ISP_UNDO_MAX_MS),
    imports,
    importMaxBytes: settings.ISP_IMPORT_MAX_BYTES,
  };
}
