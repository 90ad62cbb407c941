// A refusal as the pages know it: the stable code of problem+json, or what stands for it when nobody answered properly.

/** `code` is the server's, or `unreachable` (no answer at all) or `unexpected` (an answer that is not ours, as a proxy's). */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly code: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** One sentence about this occurrence, in English; '' when the server gave none. */
  readonly detail: string;
  readonly retryAfterSeconds: number | undefined;
  /** The same for people, in their language; '' when the server said nothing of the kind. */
  readonly said: string;

  constructor(code: string, status: number, detail = '', retryAfterSeconds?: number, said = '') {
    super(detail || code);
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.retryAfterSeconds = retryAfterSeconds;
    this.said = said;
  }
}

/** Reads the body of an answer that is not a success. */
export function apiErrorOf(status: number, body: string, retryAfter: string | null | undefined): ApiError {
  const seconds = /^\d+$/.test(retryAfter ?? '') ? Number(retryAfter) : undefined;
  try {
    const problem: unknown = JSON.parse(body);
    if (typeof problem === 'object' && problem !== null && 'code' in problem && typeof problem.code === 'string') {
      const detail = 'detail' in problem && typeof problem.detail === 'string' ? problem.detail : '';
      const said = 'success' in problem && 'message' in problem && typeof problem.message === 'string' ? problem.message : '';
      return new ApiError(problem.code, status, detail, seconds, said);
    }
  } catch {
    // Not JSON: told below.
  }
  if (status === 401) return new ApiError('unauthenticated', status, '', seconds);
  return new ApiError('unexpected', status, `HTTP ${status}`, seconds);
}
