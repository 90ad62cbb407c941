// A refusal as the pages know it: the stable code of problem+json, or what stands for it when nobody answered properly.

/** What is wrong with a member of what was sent, in the reader's language. */
export interface Issue {
  path: string;
  message: string;
}

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
  readonly issues: readonly Issue[];

  constructor(code: string, status: number, detail = '', retryAfterSeconds?: number, said = '', issues: readonly Issue[] = []) {
    super(detail || code);
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.retryAfterSeconds = retryAfterSeconds;
    this.said = said;
    this.issues = issues;
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
      const issues = 'issues' in problem && Array.isArray(problem.issues) ? problem.issues.filter(isIssue) : [];
      return new ApiError(problem.code, status, detail, seconds, said, issues);
    }
  } catch {
    // Not JSON: told below.
  }
  if (status === 401) return new ApiError('unauthenticated', status, '', seconds);
  return new ApiError('unexpected', status, `HTTP ${status}`, seconds);
}

function isIssue(value: unknown): value is Issue {
  if (typeof value !== 'object' || value === null || !('path' in value) || !('message' in value)) return false;
  return typeof value.path === 'string' && typeof value.message === 'string';
}
