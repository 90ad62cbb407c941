// Which address a request counts for: nobody chooses their own by writing a header.
import { expect, test } from 'bun:test';
import { clientAddress } from './client-address.ts';

const rows: [string, string, string | null, string[], string][] = [
  ['without proxies the header is not believed', '198.51.100.7', '203.0.113.9', [], '198.51.100.7'],
  ['of a peer that is no trusted proxy the header is not believed', '198.51.100.7', '203.0.113.9', ['10.0.0.1'], '198.51.100.7'],
  ['of a trusted proxy the header is believed', '10.0.0.1', '203.0.113.9', ['10.0.0.1'], '203.0.113.9'],
  ['what a client wrote before the proxy did is not believed', '10.0.0.1', '192.0.2.66, 203.0.113.9', ['10.0.0.1'], '203.0.113.9'],
  ['through two trusted proxies it is the address before both', '10.0.0.1', '192.0.2.66, 203.0.113.9, 10.0.0.2', ['10.0.0.1', '10.0.0.2'], '203.0.113.9'],
  ['a proxy on this machine that is reached over a dual-stack socket is trusted', '::ffff:127.0.0.1', '203.0.113.9', ['127.0.0.1'], '203.0.113.9'],
  ['a trusted proxy that says nothing is the client', '10.0.0.1', null, ['10.0.0.1'], '10.0.0.1'],
  ['an empty header says nothing', '10.0.0.1', ' , ', ['10.0.0.1'], '10.0.0.1'],
  ['a request that only crossed trusted proxies comes from the first of them', '10.0.0.1', '10.0.0.2', ['10.0.0.1', '10.0.0.2'], '10.0.0.2'],
];

for (const [title, peer, forwardedFor, trusted, expected] of rows) {
  test(title, () => expect(clientAddress(peer, forwardedFor, new Set(trusted))).toBe(expected));
}
