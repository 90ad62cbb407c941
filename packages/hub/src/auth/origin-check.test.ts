import { describe, expect, test } from 'bun:test';
import { originAllowed, originOwnOrAbsent } from './origin-check.ts';

const publicUrl = 'https://files.example.com';
const url = 'http://10.0.0.5:8000/api/files';
const cookie = { cookie: 'relevo.session_token=x' };

function request(method: string, headers: Record<string, string>): Request {
  return new Request(url, { method, headers });
}

describe('a state-changing request with a cookie', () => {
  test.each<[string, Record<string, string>, boolean]>([
    ['the origin it was addressed to', { origin: 'http://10.0.0.5:8000' }, true],
    ['the origin of PUBLIC_URL', { origin: publicUrl }, true],
    ['another origin', { origin: 'https://evil.example' }, false],
    ['the origin "null" of a sandbox or file', { origin: 'null' }, false],
    ['an empty origin', { origin: '' }, false],
    ['another port of the same host', { origin: 'http://10.0.0.5:8001' }, false],
    ['no port', { origin: 'http://10.0.0.5' }, false],
    ['another scheme', { origin: 'https://10.0.0.5:8000' }, false],
    ['PUBLIC_URL without encryption', { origin: 'http://files.example.com' }, false],
    ['a host that starts like the own', { origin: 'http://10.0.0.5:8000.evil.example' }, false],
    ['a host that ends like the own', { origin: 'https://evil-files.example.com' }, false],
    ['a user part that looks like the own', { origin: 'http://10.0.0.5:8000@evil.example' }, false],
    ['two origins', { origin: `${publicUrl}, https://evil.example` }, false],
    ['a path behind the origin', { origin: `${publicUrl}/` }, false],
    ['another origin, whatever its Referer says', { origin: 'https://evil.example', referer: `${publicUrl}/x` }, false],
    ['another origin, whatever Sec-Fetch-Site says', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }, false],
    ['nothing', {}, false],
    ['only an own Referer', { referer: 'http://10.0.0.5:8000/files?x=1' }, true],
    ['only a Referer of PUBLIC_URL', { referer: `${publicUrl}/files` }, true],
    ['only another Referer', { referer: 'https://evil.example/http://10.0.0.5:8000/' }, false],
    ['a Referer that is no URL', { referer: 'files' }, false],
    ['only Sec-Fetch-Site: same-origin', { 'sec-fetch-site': 'same-origin' }, true],
    ['only Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site' }, false],
    ['only Sec-Fetch-Site: none', { 'sec-fetch-site': 'none' }, false],
  ])('with %s: %#', (_, headers, allowed) => {
    for (const method of ['POST', 'PATCH', 'PUT', 'DELETE']) expect(originAllowed(request(method, { ...cookie, ...headers }), { publicUrl })).toBe(allowed);
  });

  test('has only the origin it was addressed to when there is no PUBLIC_URL', () => {
    expect(originAllowed(request('POST', { ...cookie, origin: publicUrl }), { publicUrl: undefined })).toBe(false);
    expect(originAllowed(request('POST', { ...cookie, origin: 'http://10.0.0.5:8000' }), { publicUrl: undefined })).toBe(true);
  });

  test('may come by a PUBLIC_URL with a path', () => {
    expect(originAllowed(request('POST', { ...cookie, origin: publicUrl }), { publicUrl: `${publicUrl}/relevo` })).toBe(true);
  });
});

test('a default port is no other origin', () => {
  const addressed = new Request('http://hub.example:80/api/files', { method: 'POST', headers: { ...cookie, origin: 'http://hub.example' } });
  expect(originAllowed(addressed, { publicUrl: undefined })).toBe(true);
});

test('a request that changes nothing needs no origin', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS'])
    expect(originAllowed(request(method, { ...cookie, origin: 'https://evil.example' }), { publicUrl })).toBe(true);
});

test('a request without a cookie, as one with an API key, needs no origin', () => {
  expect(originAllowed(request('POST', { authorization: 'Bearer relevo_x' }), { publicUrl })).toBe(true);
});

test('an API key does not excuse a cookie beside it', () => {
  expect(originAllowed(request('POST', { ...cookie, authorization: 'Bearer relevo_x' }), { publicUrl })).toBe(false);
});

describe('a WebSocket upgrade', () => {
  test.each<[string | undefined, boolean]>([
    [undefined, true],
    ['http://10.0.0.5:8000', true],
    [publicUrl, true],
    ['https://evil.example', false],
    ['null', false],
    ['', false],
  ])('with the origin %p: %p', (origin, allowed) => {
    expect(originOwnOrAbsent(request('GET', origin === undefined ? cookie : { ...cookie, origin }), { publicUrl })).toBe(allowed);
  });
});
