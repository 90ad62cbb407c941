import { expect, test } from 'bun:test';
import { type RouterWord, routerWord } from './router-word.ts';

test.each<[string, Parameters<typeof routerWord>, RouterWord]>([
  ['one that answers', [{ estado: 'alcanzable', error_code: null }, { status: 'online' }], 'alcanzable'],
  ['one whose agent is not known yet', [{ estado: 'alcanzable', error_code: null }, undefined], 'alcanzable'],
  ['one that answered before its agent went away', [{ estado: 'alcanzable', error_code: null }, { status: 'offline' }], 'agent_away'],
  ['one whose agent was revoked', [{ estado: 'alcanzable', error_code: null }, { status: 'revoked' }], 'agent_away'],
  ['one that was never asked', [{ estado: 'sin_probar', error_code: null }, { status: 'offline' }], 'sin_probar'],
  ['one whose key nobody approved', [{ estado: 'inalcanzable', error_code: 'router.identity_unknown' }, { status: 'online' }], 'key_unapproved'],
  ['one with another key', [{ estado: 'inalcanzable', error_code: 'router.identity_changed' }, { status: 'online' }], 'key_changed'],
  ['one that refused the password', [{ estado: 'inalcanzable', error_code: 'router.credentials_refused' }, { status: 'online' }], 'password_refused'],
  ['one that did not answer', [{ estado: 'inalcanzable', error_code: 'router.unreachable' }, { status: 'online' }], 'inalcanzable'],
  ['one of which no cause is kept', [{ estado: 'inalcanzable', error_code: null }, { status: 'offline' }], 'inalcanzable'],
])('%s', (_, [router, agent], expected) => {
  expect(routerWord(router, agent)).toBe(expected);
});
