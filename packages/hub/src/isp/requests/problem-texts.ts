// What a refusal that is not about a connection says in Spanish; in English it says it itself.
import type { ErrorCode, StepText } from '@relevo/protocol';
import type { ProblemError } from '@relevo/runtime';

const spanish: Partial<Record<ErrorCode, string>> = {
  unauthenticated: 'Inicia sesión primero',
  origin_refused: 'La solicitud viene de otro sitio',
  scope_missing: 'La clave de API no alcanza para esto',
  operation_id_in_use: 'Ese X-Operation-ID ya se usó para otro trabajo; usa otro',
  operation_ended: 'La operación ya terminó; empieza otra',
  body_too_large: 'La solicitud es demasiado grande',
  too_many_requests: 'Demasiadas solicitudes; espera un momento',
  too_many_operations: 'Hay demasiadas operaciones abiertas; espera a que terminen',
  too_many_steps: 'Son demasiados pasos para una operación',
  draining: 'El hub se está deteniendo; inténtalo de nuevo en un momento',
  storage_full: 'El disco del hub está lleno',
  internal: 'Algo falló en el hub; su registro dice qué',
};

export function spanishOf({ code, message, options }: ProblemError): string {
  if (code === 'forbidden' && typeof options.extra?.permission === 'string')
    return `Te falta el permiso ${options.extra.permission}; un administrador puede darlo`;
  return spanish[code] ?? message;
}

/** What is wrong with a request of which more is not known than what its check says. */
export function invalidText({ message }: ProblemError): StepText {
  const [, member = ''] = /^([\w-]+): /.exec(message) ?? [];
  if (member === 'X-Operation-ID') return { code: 'isp.operation_id_invalid' };
  if (member === 'id') return { code: 'isp.id_invalid', values: { member } };
  return member === 'body' ? { code: 'isp.body_not_object' } : { code: 'isp.body_invalid', values: { reason: message } };
}
