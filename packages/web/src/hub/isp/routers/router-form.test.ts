import { describe, expect, test } from 'bun:test';
import { changesOf, formOf, isComplete, missingOf, withKind, withScheme } from './router-form.ts';

const empty = formOf(undefined);
const named = { ...empty, nombre: 'Norte', host: '10.0.0.1' };

describe('the port', () => {
  test('follows the kind and the scheme as long as it is the usual one', () => {
    expect(withKind(empty, 'linux')).toMatchObject({ scheme: 'ssh', port: '22' });
    expect(withScheme(empty, 'http').port).toBe('80');
    expect(withKind(withKind(empty, 'linux'), 'routeros')).toMatchObject({ scheme: 'https', port: '443' });
  });

  test('stays when somebody chose it', () => {
    expect(withKind({ ...empty, port: '2222' }, 'linux').port).toBe('2222');
  });
});

describe('a form', () => {
  test.each([
    ['with a name that is blank', { ...named, nombre: ' ' }, false],
    ['with a port that there is not', { ...named, port: '99999' }, false],
    ['that leaves the credentials as they are', named, true],
    ['with a user and a password', { ...named, username: 'a', password: 'b' }, true],
    ['with a user and a key', { ...named, username: 'a', privateKey: 'k' }, true],
  ])('%s', (_, form, expected) => {
    for (const isKept of [true, false]) expect(isComplete(form, isKept)).toBe(expected);
  });

  test('with a user and no secret says so', () => {
    for (const isKept of [true, false]) expect(missingOf({ ...named, username: 'a' }, isKept)).toBe('secret');
  });

  test('with a secret alone is whole when the hub knows the user', () => {
    expect(missingOf({ ...named, password: 'b' }, false)).toBe('username');
    expect(missingOf({ ...named, password: 'b' }, true)).toBeUndefined();
    expect(isComplete({ ...named, password: 'b' }, false)).toBe(false);
  });
});

describe('what the hub is asked to keep', () => {
  test('is what differs from what was opened', () => {
    expect(changesOf(named, named)).toEqual({});
    expect(changesOf({ ...named, host: '10.0.0.2' }, named)).toEqual({ host: '10.0.0.2' });
    expect(changesOf({ ...named, username: 'a', password: 'b' }, named)).toEqual({ credentials: { username: 'a', password: 'b' } });
  });

  test('keeps a port that somebody chose when the scheme changes', () => {
    const chosen = { ...named, port: '8443' };
    expect(changesOf(withScheme(chosen, 'http'), chosen)).toEqual({ tipo: 'routeros', scheme: 'http', port: 8443, nft_set: null });
  });

  test('has no credentials when none were written', () => {
    expect(changesOf(named)).not.toHaveProperty('credentials');
  });

  test('has the secret that was written, and no other', () => {
    expect(changesOf({ ...named, username: 'a', password: 'b' }).credentials).toEqual({ username: 'a', password: 'b' });
    expect(changesOf({ ...named, username: 'a', privateKey: ' k\n' }).credentials).toEqual({ username: 'a', private_key: 'k\n' });
  });

  test('has a secret alone when the user stays', () => {
    expect(changesOf({ ...named, password: 'b' }, named)).toEqual({ credentials: { password: 'b' } });
  });

  test('has a set of addresses only on Linux', () => {
    expect(changesOf({ ...named, nftSet: 'inet a b' }).nft_set).toBeNull();
    expect(changesOf({ ...withKind(named, 'linux'), nftSet: ' inet a b ' }).nft_set).toBe('inet a b');
  });
});
