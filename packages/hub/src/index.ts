// The public hub.
import { createLog, readSettings, runService } from '@relevo/runtime';
import { startHub } from './hub.ts';
import { hubSettings } from './settings.ts';

export { openHubDatabase } from './database/database.ts';
export { keptSecret } from './database/secrets.ts';
export { type Hub, startHub } from './hub.ts';
export { type HubSettings, hubSettings } from './settings.ts';

/** Runs a hub with the settings of the environment until it is told to stop. */
export function runHub(): Promise<never> {
  return runService(async () => {
    const settings = readSettings(hubSettings, process.env);
    const log = createLog({ level: settings.LOG_LEVEL, format: settings.LOG_FORMAT, service: 'hub' });
    const service = await startHub(settings, log);
    if (service.firstAdmin) {
      // For a person at the terminal, once; not a log line, so that no log keeps the password.
      process.stderr.write(`\n  First administrator: ${service.firstAdmin.email}\n  Password:            ${service.firstAdmin.password}\n\n`);
    }
    return { service, log };
  });
}
