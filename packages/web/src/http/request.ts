// Requests to the server that served this page: typed by the caller, refused with an ApiError.
import i18next from 'i18next';
import { ApiError, apiErrorOf } from './api-error.ts';

type Query = Record<string, string | number | undefined>;

interface RequestOptions {
  query?: Query;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Asks for JSON; the answer is trusted to be what the contract says, as it comes from the server that served us. @throws ApiError */
export async function request<Answer = void>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, options: RequestOptions = {}): Promise<Answer> {
  const { query = {}, body, signal } = options;
  const search = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, String(value)]])));
  const url = search.size > 0 ? `${path}?${search}` : path;
  const headers: Record<string, string> = { accept: 'application/json', 'accept-language': i18next.language, ...options.headers };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const response = await send(url, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }), ...(signal && { signal }) });
  const text = await response.text();
  if (!response.ok) throw apiErrorOf(response.status, text, response.headers.get('retry-after'));
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError('unreachable', 0);
  }
}
