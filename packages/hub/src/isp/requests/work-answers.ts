// The form of answers to work on connections and routers: what the ISP's client reads, `success` and `message`, with a problem's members beside.
import { errorCodes, type Language, pickLanguage, renderStepText } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import { json } from '../../http/endpoint.ts';
import { errorCodeOf } from '../works/refusals.ts';
import type { SaidText } from '../works/step-rows.ts';
import { invalidText, spanishOf } from './problem-texts.ts';

/** Spanish, unless the client speaks another language first. */
export function languageOf(request: Request): Language {
  return pickLanguage(request.headers.get('accept-language'), 'es');
}

export interface Answered {
  operationId: string;
  language: Language;
  /** The preferences that were applied (RFC 7240). */
  applied: readonly string[];
}

export function doneAnswer(text: SaidText, { operationId, language, applied }: Answered, { status = 200, more = {} } = {}): Response {
  const body = { success: true, message: renderStepText(text, language), operation_id: operationId, ...more };
  return json(body, status, headersOf(operationId, applied));
}

/** A refusal or failure, by what its step says. */
export function refusalAnswer(text: SaidText, { operationId, language, applied }: Answered): Response {
  const code = errorCodeOf(text.code);
  const message = renderStepText(text, language);
  const headers = { ...headersOf(operationId, applied), ...(code === 'draining' && { 'retry-after': '2' }) };
  const extra = { step_code: text.code, operation_id: operationId, ...pinIn(text) };
  return refusalForm(new ProblemError(code, message, { extra, headers }), message);
}

/** The key that a router showed and nobody approved, for whoever is to compare it. */
function pinIn({ code, values }: SaidText): { pin?: string } {
  const isAboutKey = code === 'router.identity_unknown' || code === 'router.identity_changed';
  return isAboutKey && typeof values?.pin === 'string' ? { pin: values.pin } : {};
}

/** Any other refusal in the same form. */
export function problemAnswer(problem: ProblemError, request: Request): Response {
  const language = languageOf(request);
  if (problem.code === 'invalid_request') return refusalForm(problem, renderStepText(invalidText(problem), language));
  return refusalForm(problem, language === 'es' ? spanishOf(problem) : problem.message);
}

function refusalForm({ code, message: detail, options }: ProblemError, message: string): Response {
  const { status, title } = errorCodes[code];
  const body = { success: false, message, type: `urn:relevo:error:${code}`, title, status, code, detail, ...options.extra };
  return json(body, status, { 'content-type': 'application/problem+json', ...options.headers });
}

function headersOf(operationId: string, applied: readonly string[]): Record<string, string> {
  return { 'x-operation-id': operationId, ...(applied.length > 0 && { 'preference-applied': applied.join(', ') }) };
}
