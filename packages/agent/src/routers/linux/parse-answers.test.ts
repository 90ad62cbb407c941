// What nft and ip print, as captured from nftables 1.0 and iproute2 6, and in the forms that others print.
import { expect, test } from 'bun:test';
import { parseElements, parseNeighbours, parseRoutes, setType } from './parse-answers.ts';

test.each([
  ['table inet relevo {\n\tset clientes {\n\t\ttype ipv4_addr\n\t\tflags interval,timeout\n\t}\n}\n', 'ipv4_addr'],
  ['table inet relevo {\n\tset clientes {\n\t\ttype ipv4_addr . ether_addr\n\t}\n}\n', 'ipv4_addr . ether_addr'],
  ['Error: No such file or directory\nlist set inet relevo clientes\n', undefined],
])('the type of a set: %p', (answer, expected) => {
  expect(setType(answer)).toBe(expected as string);
});

test.each([
  ['elements = { 10.0.0.5 }', [{ text: '10.0.0.5' }]],
  [
    'elements = { 10.0.0.5 comment "relevo:5, Ana } Peña",\n\t\t\t     10.0.0.6 }',
    [{ text: '10.0.0.5', comment: 'relevo:5, Ana } Peña' }, { text: '10.0.0.6' }],
  ],
  ['elements = { 10.0.0.5 timeout 1d expires 23h59m59s100ms comment "x" }', [{ text: '10.0.0.5', timeout: '1d', comment: 'x' }]],
  ['elements = { 10.0.0.0/24, 10.0.1.5-10.0.1.9 }', [{ text: '10.0.0.0/24' }, { text: '10.0.1.5-10.0.1.9' }]],
  ['elements = { 10.0.0.5 counter packets 3 bytes 252 }', [{ text: '10.0.0.5' }]],
  ['elements = { 2001:db8::5 }', [{ text: '2001:db8::5' }]],
  ['\t\ttype ipv4_addr\n', []],
  ['', []],
])('elements of a set: %p', (answer, expected) => {
  expect<unknown>(parseElements(answer)).toEqual(expected);
});

test.each([
  [
    '10.0.0.5 via 10.1.0.1 dev eth1 proto static metric 100 onlink \n',
    { destination: '10.0.0.5', via: '10.1.0.1', dev: 'eth1', proto: 'static', metric: '100', onlink: 'true' },
  ],
  ['10.0.0.5 dev lan scope link \n', { destination: '10.0.0.5', dev: 'lan', scope: 'link' }],
  ['2001:db8::5 dev lan metric 1024 pref medium\n', { destination: '2001:db8::5', dev: 'lan', metric: '1024' }],
  ['10.0.0.5 dev ppp0 proto kernel scope link src 10.0.0.1 linkdown\n', { isKernels: true, src: '10.0.0.1' }],
  ['blackhole 10.0.0.5 \n', { destination: '10.0.0.5', leadsSomewhere: false }],
  ['10.0.0.5 proto static \n\tnexthop via 10.1.0.1 dev a weight 1 \n\tnexthop via 10.1.0.2 dev b weight 1 \n', { destination: '10.0.0.5', isMultipath: true }],
])('a route: %p', (answer, expected) => {
  const routes = parseRoutes(answer);
  expect(routes.length).toBe(1);
  expect(routes[0]).toMatchObject(expected);
});

test('no route is none', () => {
  expect(parseRoutes('')).toEqual([]);
});

test('neighbours that have an address on the wire, and whether somebody set them', () => {
  const answer = [
    '10.0.0.5 dev lan lladdr 4c:5e:0c:aa:bb:05 PERMANENT ',
    '10.0.0.6 dev lan lladdr 4c:5e:0c:aa:bb:06 ref 1 used 0/0/0 probes 1 STALE',
    '10.0.0.7 dev lan  FAILED',
    '',
  ].join('\n');
  expect(parseNeighbours(answer)).toEqual([
    { address: '10.0.0.5', dev: 'lan', lladdr: '4c:5e:0c:aa:bb:05', isPermanent: true },
    { address: '10.0.0.6', dev: 'lan', lladdr: '4c:5e:0c:aa:bb:06', isPermanent: false },
  ]);
});
