import { expect, test } from 'bun:test';
import i18next from 'i18next';
import en from '../../../language/en.json' with { type: 'json' };
import { answerOf } from './ask-step.ts';

await i18next.init({ lng: 'en', resources: { en: { translation: en } } });

test.each([
  [200, '{"success":true,"message":"Asignación eliminada"}', { state: 'done', message: 'Asignación eliminada' }],
  [200, '', { state: 'done', message: '' }],
  [202, '{"operation_id":"a"}', { state: 'late' }],
  [502, '{"success":false,"message":"El router no responde"}', { state: 'refused', message: 'El router no responde' }],
  [504, '{"success":false,"message":"Aún en curso"}', { state: 'late' }],
  [403, '{"code":"forbidden","detail":"no"}', { state: 'refused', message: en.errors.forbidden }],
  [401, '', { state: 'refused', message: en.errors.unauthenticated }],
  [502, '<html>Bad Gateway</html>', { state: 'refused', message: en.errors.unexpected }],
  [409, '{"success":false,"message":""}', { state: 'refused', message: en.errors.unexpected }],
] as const)('%d %s', (status, body, expected) => {
  expect(answerOf(status, body)).toEqual(expected);
});
