// GET /api/openapi.json: the OpenAPI document, made from the very schemas that check the requests.
import { permissions, problemSchema } from '@relevo/protocol';
import { z } from 'zod';
import { type EndpointResponse, endpoint, json } from './endpoint.ts';
import type { Access, Route } from './router.ts';

const security: Partial<Record<Access, object[]>> = { public: [], agent: [{ agentToken: [] }] };
const personSecurity = [{ session: [] }, { apiKey: [] }];

const problemContent = { content: { 'application/problem+json': { schema: schemaOf(problemSchema, 'output') } } };

/** What comes in the body of an answer. */
function contentOf(status: number, { schema, mediaType }: EndpointResponse): object {
  if (schema) return { content: { [status >= 400 ? 'application/problem+json' : 'application/json']: { schema: schemaOf(schema, 'output') } } };
  if (mediaType !== undefined) return { content: { [mediaType]: {} } };
  return status >= 400 ? problemContent : {};
}

/** What the summary says of who may call, beyond signing in. */
function neededFor(access: Access): string {
  if (access === 'admin') return ' (administrators)';
  return permissions.some((permission) => permission === access) ? ` (needs ${access})` : '';
}

/** The endpoint that answers with the document of all `routes`, itself included. */
export function openapiDocument(routes: () => readonly Route[]) {
  let document: unknown;
  return endpoint({
    summary: 'This document',
    responses: { 200: { description: 'OpenAPI 3.1', mediaType: 'application/json' } },
    handle() {
      document ??= describe(routes());
      return json(document);
    },
  });
}

function describe(routes: readonly Route[]): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [method, path, access, { summary, params, query, body, bodyType, headers, responses }] of routes) {
    paths[path] ??= {};
    paths[path][method.toLowerCase()] = {
      summary: summary + neededFor(access),
      tags: [path.split('/')[2] ?? 'hub'],
      security: security[access] ?? personSecurity,
      parameters: [...(params ? parameters(params, 'path') : plainParameters(path)), ...parameters(query, 'query'), ...headerParameters(headers)],
      ...(body && { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } } }),
      ...(bodyType !== undefined && { requestBody: { required: true, content: { [bodyType]: {} } } }),
      responses: {
        ...Object.fromEntries(
          Object.entries(responses).map(([status, response]) => [status, { description: response.description, ...contentOf(Number(status), response) }]),
        ),
        default: { description: 'A refusal', ...problemContent },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Relevo hub', version: '1', description: 'The sockets /ws and /ws/progress are described in docs/PROTOCOL.md.' },
    paths,
    components: {
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'session',
          description: 'From POST /api/auth/sign-in/email; state-changing requests need an Origin of the hub',
        },
        apiKey: { type: 'http', scheme: 'bearer' },
        agentToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  };
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): unknown[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as { properties?: Record<string, unknown>; required?: string[] };
  return Object.entries(properties).map(([name, property]) => ({ name, in: place, required: place === 'path' || required.includes(name), schema: property }));
}

/** Those of a path whose endpoint reads it itself. */
function plainParameters(path: string): unknown[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function headerParameters(headers: Readonly<Record<string, string>> = {}): unknown[] {
  return Object.entries(headers).map(([name, description]) => ({ name, in: 'header', required: false, description, schema: { type: 'string' } }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
