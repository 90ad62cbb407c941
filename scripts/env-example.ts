// Writes .env.example from the tables of settings, so that it lists every setting with its default and what it means.
import { join } from 'node:path';
import { agentSettings } from '../packages/agent/src/settings.ts';
import { hubSettings } from '../packages/hub/src/settings.ts';
import type { SettingsTable } from '../packages/runtime/src/index.ts';

const opening = `# Every setting of Relevo with its default. Copy this file to .env, take away the "#" before what you change.
# The environment wins over .env. A wrong value is refused at start, in one line that says what is allowed.
# Units stand at the end of a name: _MS milliseconds, _BYTES bytes.
`;

/** The whole file. */
export function renderEnvExample(): string {
  const shared = Object.keys(hubSettings).filter((name) => name in agentSettings);
  const only = (table: SettingsTable) => Object.keys(table).filter((name) => !shared.includes(name));
  const sections = [
    section('Hub and agent', hubSettings, shared),
    section('Hub', hubSettings, only(hubSettings)),
    section('Agent', agentSettings, only(agentSettings)),
  ];
  return [opening, ...sections].join('\n');
}

function section(title: string, table: SettingsTable, names: readonly string[]): string {
  return [`# ── ${title} ──`, ...names.map((name) => entry(name, table)), ''].join('\n');
}

function entry(name: string, table: SettingsTable): string {
  const setting = table[name];
  if (setting === undefined) throw new Error(`no setting is called ${name}`);
  const { about, allowed, fallback } = setting;
  // The host name is this machine's own; the file must be the same wherever it is made.
  const value = fallback === undefined || name === 'AGENT_NAME' ? '' : Array.isArray(fallback) ? fallback.join(',') : String(fallback);
  return `# ${about}${allowed === 'text' ? '' : ` (${allowed})`}\n# ${name}=${value}\n`;
}

export const envExamplePath = join(import.meta.dir, '..', '.env.example');

if (import.meta.main) await Bun.write(envExamplePath, renderEnvExample());
