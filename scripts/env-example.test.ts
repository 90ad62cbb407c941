import { expect, test } from 'bun:test';
import { agentSettings } from '../packages/agent/src/settings.ts';
import { hubSettings } from '../packages/hub/src/settings.ts';
import { envExamplePath, renderEnvExample } from './env-example.ts';

test('.env.example is what the settings say (node_modules/.bin/bun scripts/env-example.ts writes it)', async () => {
  expect(await Bun.file(envExamplePath).text()).toBe(renderEnvExample());
});

test('every setting of hub and agent stands there once', async () => {
  const names = [...(await Bun.file(envExamplePath).text()).matchAll(/^# ([A-Z0-9_]+)=/gm)].map(([, name]) => name);
  expect(names.toSorted()).toEqual([...new Set([...Object.keys(hubSettings), ...Object.keys(agentSettings)])].toSorted());
});
