// relevo admin grant: permissions of an account, on the hub's database.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { type Folder, folder } from '../cli.fixture.ts';

setDefaultTimeout(60_000);

let home: Folder;
beforeAll(async () => {
  home = await folder();
  await home.relevo(['admin', 'create', '--email', 'ana@example.com', '--password', 'long enough']);
});
afterAll(() => home.remove());

const grant = (...args: string[]) => home.relevo(['admin', 'grant', ...args]);

test('an administrator has all, whatever is granted', async () => {
  const { exitCode, stdout } = await grant('isp:read,isp:write', '--email', 'ana@example.com', '--json');
  expect([exitCode, JSON.parse(stdout)]).toEqual([0, { email: 'ana@example.com', permissions: ['isp:read', 'isp:write', 'isp:remove'] }]);
});

test.each([
  ['a permission that is none', ['isp:everything', '--email', 'ana@example.com'], 2],
  ['an account that is not there', ['isp:read', '--email', 'nobody@example.com'], 4],
  ['no e-mail address', ['isp:read', '--email', 'ana'], 2],
])('refuses %s', async (_, args, exitCode) => {
  const result = await grant(...args);
  expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
  expect(result.stderr.trim().split('\n')).toHaveLength(1);
});
