import { expect, test } from 'bun:test';
import { apiErrorOf } from './api-error.ts';

test.each([
  [401, '{"code":"sign_in_failed","detail":"E-mail or password is wrong"}', null, { code: 'sign_in_failed', detail: 'E-mail or password is wrong' }],
  [429, '{"code":"too_many_requests"}', '17', { code: 'too_many_requests', detail: '', retryAfterSeconds: 17 }],
  [429, '{"code":"too_many_requests"}', 'Wed, 21 Oct 2026 07:28:00 GMT', { code: 'too_many_requests', retryAfterSeconds: undefined }],
  [502, '{"code":"router_failed","success":false,"message":"El router no responde"}', null, { code: 'router_failed', said: 'El router no responde' }],
  [400, '{"code":"invalid_request","issues":[{"path":"nombre","message":"falta"},{"path":7},null]}', null, { issues: [{ path: 'nombre', message: 'falta' }] }],
  [400, '{"code":"invalid_request","issues":"none"}', null, { issues: [] }],
  [400, '{"code":"other","message":"Not for the reader"}', null, { code: 'other', said: '' }],
  [401, '', null, { code: 'unauthenticated' }],
  [502, '<html>Bad Gateway</html>', null, { code: 'unexpected', detail: 'HTTP 502' }],
  [500, 'null', null, { code: 'unexpected' }],
  [500, '{"code":7}', null, { code: 'unexpected' }],
  [500, '[]', undefined, { code: 'unexpected' }],
])('an answer of %d with %p', (status, body, retryAfter, expected) => {
  expect(apiErrorOf(status, body, retryAfter)).toMatchObject({ status, ...expected });
});
