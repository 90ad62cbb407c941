// GET /api/docs: the routes as a page for people, without a script; programs read /api/openapi.json.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import type { Route } from './router.ts';

const style = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  details { border-bottom: 1px solid #8884; padding: .4rem 0; }
  summary { cursor: pointer; display: grid; grid-template-columns: 5rem 24rem 5rem 1fr; gap: .75rem; }
  code, pre { font: 13px/1.45 ui-monospace, monospace; } pre { overflow: auto; background: #8881; padding: .75rem; border-radius: 6px; }
  @media (max-width: 50rem) { summary { grid-template-columns: 4rem 1fr; } }`;

/** The endpoint that shows all `routes`, itself included. */
export function docsPage(routes: () => readonly Route[]) {
  return endpoint({
    summary: 'This surface as a page',
    responses: { 200: { description: 'The page', mediaType: 'text/html' } },
    handle() {
      const rows = routes().map(routeRow).join('\n');
      const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Relevo hub: API</title>
<style>${style}</style><h1>Relevo hub: API</h1>
<p>The same as a document for programs: <a href="/api/openapi.json">/api/openapi.json</a>. Refusals are <code>application/problem+json</code> with a stable <code>code</code>.</p>
${rows}</html>`;
      return new Response(html, {
        headers: {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
          'x-content-type-options': 'nosniff',
        },
      });
    },
  });
}

function routeRow([method, path, access, { summary, params, query, body, responses }]: Route): string {
  const inputs = Object.entries({ params, query, body }).flatMap(([name, schema]) => (schema ? [part(name, schema, 'input')] : []));
  const outputs = Object.entries(responses).map(
    ([status, { description, schema }]) => `<p>${status}: ${escapeHtml(description)}</p>${schema ? part('', schema, 'output') : ''}`,
  );
  return `<details><summary><b>${method}</b><code>${escapeHtml(path)}</code><i>${access}</i><span>${escapeHtml(summary)}</span></summary>${inputs.join('')}${outputs.join('')}</details>`;
}

function part(title: string, schema: z.ZodType, io: 'input' | 'output'): string {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return `${title && `<p>${title}</p>`}<pre>${escapeHtml(JSON.stringify(rest, null, 2))}</pre>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
