import { expect, test } from 'bun:test';
import { banner } from './banner.ts';
import { localHubUrl } from './up.ts';

test('the banner names both addresses, and the first administrator only when there is a new one', () => {
  const running = { hubUrl: 'http://localhost:8000', agentUrl: 'http://127.0.0.1:8001' };
  const first = banner({ ...running, firstAdmin: { email: 'admin@relevo.local', password: 'S3cret-pass' } });
  for (const part of ['http://localhost:8000', 'http://127.0.0.1:8001', 'admin@relevo.local', 'S3cret-pass']) expect(first).toContain(part);
  expect(banner(running)).not.toMatch(/E-mail/);
});

test.each([
  [{}, 'http://localhost:9000'],
  [{ PUBLIC_URL: 'https://files.example.com' }, 'http://localhost:8000'],
  [{ PUBLIC_URL: 'https://files.example.com', HUB_PORT: '9000', HUB_HOST: '192.0.2.7' }, 'http://192.0.2.7:9000'],
  [{ PUBLIC_URL: 'https://files.example.com', HUB_HOST: '::1' }, 'http://[::1]:8000'],
  [{ PUBLIC_URL: 'https://files.example.com', HUB_HOST: '::' }, 'http://localhost:8000'],
  [{ PUBLIC_URL: 'https://files.example.com', TLS_CERT: 'cert.pem' }, 'https://files.example.com'],
])('with %p the agent finds the hub at %s', (env, url) => {
  expect(localHubUrl(env, 'TLS_CERT' in env ? 'https://files.example.com' : 'http://localhost:9000')).toBe(url);
});
