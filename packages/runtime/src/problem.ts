// A refusal with a stable code, thrown anywhere below a route and answered as `application/problem+json` (RFC 9457).
import { type ErrorCode, errorCodes } from '@relevo/protocol';

export interface ProblemOptions {
  /** Members beside the standard ones. */
  extra?: Record<string, unknown>;
  headers?: Record<string, string>;
}

export class ProblemError extends Error {
  override name = 'ProblemError';
  readonly code: ErrorCode;
  readonly options: ProblemOptions;

  /** `detail` tells this occurrence in one sentence; it may be shown to people. */
  constructor(code: ErrorCode, detail?: string, options: ProblemOptions = {}) {
    super(detail ?? errorCodes[code].title);
    this.code = code;
    this.options = options;
  }

  get status(): number {
    return errorCodes[this.code].status;
  }

  toResponse(): Response {
    const { status, title } = errorCodes[this.code];
    const body = { type: `urn:relevo:error:${this.code}`, title, status, code: this.code, detail: this.message, ...this.options.extra };
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...this.options.headers },
    });
  }
}
