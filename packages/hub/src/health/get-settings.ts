// GET /api/admin/settings: what the hub runs with, read-only.
import { settingSchema } from '@relevo/protocol';
import { z } from 'zod';
import { endpoint, json } from '../http/endpoint.ts';
import { type HubSettings, hubSettings } from '../settings.ts';
import { readDotEnv, reportSettings } from './settings-report.ts';
import { settingsInSpanish } from './settings-spanish.ts';

export function getSettings(settings: HubSettings) {
  const given = { table: hubSettings, values: settings, env: process.env, dotEnv: readDotEnv() };
  const reports = { en: reportSettings(given), es: reportSettings({ ...given, inSpanish: settingsInSpanish }) };
  return endpoint({
    summary: 'Every setting with value, default and source; secrets are masked',
    responses: { 200: { description: 'As they were read at start', schema: z.object({ settings: z.array(settingSchema) }) } },
    handle: ({ language }) => json({ settings: reports[language] }),
  });
}
