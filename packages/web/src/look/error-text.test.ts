import { expect, test } from 'bun:test';
import i18next from 'i18next';
import { ApiError } from '../http/api-error.ts';
import es from '../language/es.json' with { type: 'json' };
import { errorText } from './error-text.ts';

await i18next.init({ lng: 'es', resources: { es: { translation: es } }, interpolation: { escapeValue: false } });

test.each<[string, ApiError, string]>([
  [
    'each member that is wrong, by what people call it',
    new ApiError('invalid_request', 400, 'body.direccion_ip: must be …', undefined, '', [
      { path: 'direccion_ip', message: 'falta' },
      { path: 'credentials.username', message: 'no puede quedar vacío' },
      { path: 'unknown', message: 'falta' },
    ]),
    'Dirección IP: falta. Credenciales: no puede quedar vacío. unknown: falta',
  ],
  [
    'what the server says when it names no member',
    new ApiError('invalid_request', 400, 'X-Operation-ID: too long'),
    'El hub no aceptó la petición: X-Operation-ID: too long',
  ],
  ['the member that another record has', new ApiError('record_exists', 409, 'direccion_ip: 10.0.0.1 is taken'), 'Otro registro ya lo tiene (Dirección IP)'],
  ['what was said for people, as it is', new ApiError('router_failed', 502, '', undefined, 'El router no responde'), 'El router no responde'],
])('a refusal tells %s', (_, error, text) => {
  expect(errorText(i18next.t, error)).toBe(text);
});
