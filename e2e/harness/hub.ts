// A real hub with its own folder and port, and its first administrator signed in.
import { join } from 'node:path';
import type { Scope } from './scope.ts';
import { runService, type Service } from './service.ts';
import { type Session, signIn } from './session.ts';

export const adminEmail = 'admin@example.com';
export const adminPassword = 'correct horse battery';
export const enrolmentSecret = 'an enrolment secret of the tests';

export interface RunningHub extends Service {
  dataDir: string;
  admin: Session;
}

export async function runHub(scope: Scope, env: Record<string, string> = {}): Promise<RunningHub> {
  const folder = await scope.folder();
  const dataDir = join(folder, 'hub');
  const service = await runService(
    scope,
    'hub',
    'HUB_PORT',
    { HUB_HOST: '127.0.0.1', HUB_DATA_DIR: dataDir, ADMIN_EMAIL: adminEmail, ADMIN_PASSWORD: adminPassword, API_KEY: enrolmentSecret, ...env },
    folder,
  );
  const admin = await signIn(service.url, adminEmail, adminPassword);
  return Object.defineProperties({ dataDir, admin } as RunningHub, Object.getOwnPropertyDescriptors(service));
}
