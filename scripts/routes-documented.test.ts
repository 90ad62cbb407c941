// Every request of the hub's route table stands in docs/PROTOCOL.md, and says who may make it as the table does.
import { expect, test } from 'bun:test';
import { join } from 'node:path';

const root = join(import.meta.dir, '..');
const page = await Bun.file(join(root, 'docs/PROTOCOL.md')).text();
const table = await Bun.file(join(root, 'packages/hub/src/routes.ts')).text();

const routes = [...table.matchAll(/^\s+\['([A-Z]+)', '([^']+)', '([\w:]+)'/gm)].map(([, method, path, access]) => ({ request: `${method} ${path}`, access }));
// The agent's own requests, further down, have paths of the same names.
const documented = new Map(
  [
    ...page
      .slice(0, page.indexOf("## The agent's own page"))
      .concat(page.slice(page.indexOf('## Running it')))
      .matchAll(/^\| `([A-Z]+ \/[^ `?]*)[^|]*\| ([^|]+) \|/gm),
  ].map(([, request, who]) => [request, who]),
);

test('the route table was found', () => {
  expect(routes.length).toBeGreaterThan(30);
});

test.each(routes.filter(({ request }) => !request.endsWith('/*')))('$request is documented', ({ request, access }) => {
  expect(documented.has(request)).toBe(true);
  if (access !== 'public') expect([request, documented.get(request)]).toEqual([request, access]);
});
