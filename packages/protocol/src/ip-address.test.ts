import { describe, expect, test } from 'bun:test';
import { canonicalIp, canonicalMac, ipOrder } from './ip-address.ts';

describe('an IP address', () => {
  test.each([
    ['192.168.1.5', '192.168.1.5'],
    ['100.64.0.1', '100.64.0.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:1:0:0:0:0', '2001:db8:0:1::'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['FE80::1', 'fe80::1'],
    ['::1', '::1'],
    ['::ffff:192.168.1.5', '192.168.1.5'],
    ['::FFFF:c0a8:0105', '192.168.1.5'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ])('%s is kept as %s', (given, canonical) => {
    expect(canonicalIp(given)).toBe(canonical);
  });

  test.each([
    '',
    '192.168.1',
    '192.168.1.256',
    '192.168.01.5',
    '192.168.1.5/32',
    '192.168.1.5 ',
    '1.2.3.4.5',
    '0x7f.0.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    'ff02::1',
    'fe80::1%eth0',
    '2001:db8::/64',
    '[2001:db8::1]',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '12345::',
    '::ffff:0.0.0.0',
    'router.example',
    '١٩٢.168.1.5',
  ])('%p is none', (given) => {
    expect(canonicalIp(given)).toBeUndefined();
  });
});

test('addresses sort as numbers, IPv4 first', () => {
  const sorted = ['9.0.0.1', '10.0.0.2', '10.0.0.10', '192.168.1.5', '::1', '64:ff9b::c000:201', '2001:db8::1', '2001:db8:0:1::', '2001:db8:1::'];
  expect(sorted.toReversed().toSorted((a, b) => (ipOrder(a) < ipOrder(b) ? -1 : 1))).toEqual(sorted);
  expect(new Set(sorted.map(ipOrder)).size).toBe(sorted.length);
});

describe('a MAC address', () => {
  test.each(['4c:5e:0c:aa:bb:01', '4C-5E-0C-AA-BB-01', '4c5e.0caa.bb01', '4C5E0CAABB01'])('%s is kept as routers write it', (given) => {
    expect(canonicalMac(given)).toBe('4C:5E:0C:AA:BB:01');
  });

  test.each([
    '',
    '4c:5e:0c:aa:bb',
    '4c:5e:0c:aa:bb:01:02',
    '4c:5e-0c:aa:bb:01',
    '4g:5e:0c:aa:bb:01',
    '4c5e0c.aabb01',
    '00:00:00:00:00:00',
    'ff:ff:ff:ff:ff:ff',
  ])('%p is none', (given) => {
    expect(canonicalMac(given)).toBeUndefined();
  });
});
