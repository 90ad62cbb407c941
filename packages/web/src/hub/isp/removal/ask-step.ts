// Makes the request of one step, with the headers that the ISP's back office has always sent, and says how it was answered.
import type { RemovalStep } from '@relevo/protocol';
import i18next from 'i18next';
import { apiErrorOf } from '../../../http/api-error.ts';
import { errorText } from '../../../look/error-text.ts';
import type { Answer } from './next-move.ts';
import { type RemovedConnection, stepRequests } from './step-requests.ts';

interface StepOf {
  connection: RemovedConnection;
  operationId: string;
  /** Who is signed in; the hub checks it. */
  userId: number;
}

/** Never rejects: what went wrong is an answer. */
export async function askStep(step: RemovalStep, { connection, operationId, userId }: StepOf): Promise<Answer> {
  const { path, body } = stepRequests[step];
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    'accept-language': i18next.language,
    'x-operation-id': operationId,
    'x-user-id': String(userId),
  };
  try {
    const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body(connection)) });
    return answerOf(response.status, await response.text());
  } catch {
    return { state: 'refused', message: i18next.t('errors.unreachable') };
  }
}

/** 504: "did not receive a timely response" (RFC 9110); the hub ceased to wait, and the work goes on. */
export function answerOf(status: number, body: string): Answer {
  const message = messageOf(body);
  if (status >= 200 && status < 300) return status === 202 ? { state: 'late' } : { state: 'done', message: message ?? '' };
  if (status === 504) return { state: 'late' };
  return { state: 'refused', message: message ?? errorText(i18next.t, apiErrorOf(status, body, null)) };
}

function messageOf(body: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer === 'object' && answer !== null && 'message' in answer && typeof answer.message === 'string' && answer.message) return answer.message;
  } catch {
    // Not JSON: a proxy's page.
  }
  return undefined;
}
