// GET /api/admin/settings: what the hub runs with, read-only.
import { settingSchema } from '@relevo/protocol';
import { z } from 'zod';
import { endpoint, json } from '../http/endpoint.ts';
import { type HubSettings, hubSettings } from '../settings.ts';
import { readDotEnv, reportSettings } from './settings-report.ts';

export function getSettings(settings: HubSettings) {
  const report = reportSettings({ table: hubSettings, values: settings, env: process.env, dotEnv: readDotEnv() });
  return endpoint({
    summary: 'Every setting with value, default and source; secrets are masked',
    responses: { 200: { description: 'As they were read at start', schema: z.object({ settings: z.array(settingSchema) }) } },
    handle: () => json({ settings: report }),
  });
}
