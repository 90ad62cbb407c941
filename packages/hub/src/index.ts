// The public hub.
import { createLog, readSettings, runService } from '@relevo/runtime';
import { announceFirstAdmin } from './auth/announce-first-admin.ts';
import { startHub } from './hub.ts';
import { hubSettings } from './settings.ts';

export { type Hub, startHub } from './hub.ts';
export { hubSettings } from './settings.ts';

/** Runs a hub with the settings of the environment until it is told to stop. */
export function runHub(): Promise<never> {
  return runService(async () => {
    const settings = readSettings(hubSettings, process.env);
    const log = createLog({ level: settings.LOG_LEVEL, format: settings.LOG_FORMAT, service: 'hub' });
    const service = await startHub(settings, log);
    if (service.firstAdmin) announceFirstAdmin(service.firstAdmin);
    return { service, log };
  });
}
