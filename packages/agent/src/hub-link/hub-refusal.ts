// A hub that said no, or could not be asked: what went wrong, in a form that the callers decide on.
import { problemSchema } from '@relevo/protocol';

/** Largest problem document that is read. */
const problemMaxBytes = 64 * 1024;

export class HubRefusal extends Error {
  override name = 'HubRefusal';
  /** HTTP status; 0 when the hub was not reached. */
  readonly status: number;
  /** The hub's stable code; '' when it gave none. */
  readonly code: string;
  /** What the hub asks to wait, milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { status = 0, code = '', retryAfterMs }: { status?: number; code?: string; retryAfterMs?: number | undefined } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Turns a response that is not 2xx into its refusal; reads the body when it is a problem. */
export async function refusalOf(response: Response): Promise<HubRefusal> {
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'));
  const text = isProblem(response) ? await response.text().catch(() => '') : '';
  const problem = problemSchema.safeParse(parseJson(text));
  const message = problem.success ? (problem.data.detail ?? problem.data.title) : `the hub answered ${response.status}`;
  return new HubRefusal(message, { status: response.status, code: problem.success ? problem.data.code : '', retryAfterMs });
}

/** Anything else, and anything large, is not read: it may be the error page of some proxy. */
function isProblem(response: Response): boolean {
  const isJson = /^application\/(problem\+)?json\b/i.test(response.headers.get('content-type') ?? '');
  return isJson && Number(response.headers.get('content-length') ?? 0) <= problemMaxBytes;
}

/** The reason of a request that got no answer, in a few words for people. */
export function unreachable(error: unknown): HubRefusal {
  return new HubRefusal(networkReason(error));
}

export function networkReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known: Record<string, string> = {
    ConnectionRefused: 'connection refused',
    ECONNREFUSED: 'connection refused',
    ECONNRESET: 'connection reset',
    ConnectionClosed: 'connection closed',
    FailedToOpenSocket: 'the host cannot be found or reached',
    ENOTFOUND: 'the host cannot be found',
    DNSResolveFailed: 'the host cannot be found',
    TimeoutError: 'timed out',
  };
  if (error instanceof Error && error.name === 'TimeoutError') return 'timed out';
  return known[code] ?? (error instanceof Error ? error.message : String(error)).slice(0, 200);
}

/** RFC 9110 §10.2.3: seconds or a date. Milliseconds from now, undefined when absent or not valid. */
export function parseRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,6}$/.test(value.trim())) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
