// The private agent, as a process.
import { createLog, runService } from '@relevo/runtime';
import { startAgent } from './agent.ts';
import { checkFiles, readAgentSettings } from './settings.ts';

/** Runs an agent with the settings of the environment until a signal ends it. */
export function runAgent(): Promise<never> {
  return runService(async () => {
    const settings = readAgentSettings(process.env);
    await checkFiles(settings);
    const log = createLog({ level: settings.LOG_LEVEL, format: settings.LOG_FORMAT, service: 'agent' });
    const service = await startAgent(settings, log);
    service.warm().catch((error: unknown) => log.warn({ event: 'page_failed', err: error }, 'the page could not be bundled'));
    return { service, log };
  });
}
