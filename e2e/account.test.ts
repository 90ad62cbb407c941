// How a person keeps an account safe, in Chromium: two-factor sign-in with an authenticator app, recovery codes, a passkey, sessions, language and
// theme; and what an administrator does about users, API keys, enrolment tokens and settings.
import { afterEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { faultsOf } from './harness/accessibility.ts';
import { stepMs, totpCode } from './harness/authenticator-app.ts';
import { complaintsOf } from './harness/browser.ts';
import { adminEmail, adminPassword, type RunningHub, runHub } from './harness/hub.ts';
import { Scope } from './harness/scope.ts';
import { makeUser, signIn as signInByApi } from './harness/session.ts';
import { sharedBrowser } from './harness/shared-browser.ts';
import { until } from './harness/until.ts';

const openBrowser = sharedBrowser();
const scope = new Scope();
afterEach(() => scope.end());

const password = 'a password of the tests';

/** Passkeys need a host name. */
const addressOf = ({ port }: RunningHub) => `http://localhost:${port}`;

/** The page in both themes, for a person to look at, and nothing serious for axe-core to find. */
async function pictures(page: Page, name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.waitForFunction((wanted) => document.documentElement.dataset.mantineColorScheme === wanted, theme);
    const faults = await faultsOf(page);
    await page.screenshot({ path: join(import.meta.dir, '.screenshots', `account-${name}-${theme}.png`), fullPage: true });
    expect([name, theme, faults]).toEqual([name, theme, []]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

async function fillSignIn(page: Page, email: string, secret: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(secret);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('Email').waitFor();
}

/** Types into the boxes of a code; the last digit sends it. */
async function typeCode(page: Page, code: string): Promise<void> {
  await page.getByLabel('Digit 1').focus();
  await page.keyboard.type(code);
}

/** A code that was not used yet, as each is good once: that of now, or of the step after it, which a hub whose clock is a little behind must take too. */
function freshCode(uri: string, used: Set<string>): string {
  const now = Date.now();
  const code = [now, now + stepMs].map((at) => totpCode(uri, at)).find((code) => !used.has(code));
  if (code === undefined) throw new Error('both codes were used');
  used.add(code);
  return code;
}

async function openAccount(context: BrowserContext, hub: RunningHub, email: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${addressOf(hub)}/account`);
  await fillSignIn(page, email, password);
  await page.getByRole('heading', { name: 'Account' }).waitFor();
  return page;
}

const section = (page: Page, name: string) => page.getByRole('region', { name });

test('two-factor sign-in: set up, asked for, recovery codes once each, turned off', async () => {
  const hub = await runHub(scope);
  await makeUser(hub.admin, 'ana@example.com', password);
  const context = await openBrowser(scope);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await openAccount(context, hub, 'ana@example.com');
  const complaints = complaintsOf(page);
  await pictures(page, '1-account');

  await page.getByRole('button', { name: 'Turn on two-factor sign-in' }).click();
  await page.getByRole('dialog').getByLabel('Current password').fill('not the password');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('The current password is wrong').waitFor();
  await page.getByRole('dialog').getByLabel('Current password').fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  await pictures(page, '2-qr');
  const key = (await page.getByRole('dialog').locator('code').innerText()).replace(/\s/g, '');
  const uri = `otpauth://totp/x?secret=${key}`;
  const used = new Set<string>();
  await typeCode(page, freshCode(uri, used));
  const dialog = page.getByRole('dialog', { name: 'Recovery codes' });
  await dialog.waitFor();
  await pictures(page, '3-recovery-codes');
  const codes = await dialog.getByRole('listitem').allInnerTexts();
  expect(codes).toHaveLength(10);
  const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('link', { name: 'Download' }).click()]);
  const saved = join(await scope.folder(), 'codes.txt');
  await download.saveAs(saved);
  for (const code of codes) expect(await Bun.file(saved).text()).toContain(code);
  await dialog.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText('10 recovery codes are left').waitFor();
  await page.getByText('Live', { exact: true }).first().waitFor();

  // The password alone is not enough any more; a deep link survives all of it.
  await signOut(page);
  await page.goto(`${addressOf(hub)}/operations`);
  await fillSignIn(page, 'ana@example.com', password);
  await page.getByRole('heading', { name: 'Confirm it is you' }).waitFor();
  await pictures(page, '4-second-factor');
  await typeCode(page, '000000');
  await page.getByText('The code is wrong, or was used already').waitFor();
  await typeCode(page, freshCode(uri, used));
  await page.getByRole('heading', { name: 'Operations' }).waitFor();

  // A recovery code, once.
  for (const isGood of [true, false]) {
    await signOut(page);
    await fillSignIn(page, 'ana@example.com', password);
    await page.getByRole('button', { name: 'Use a recovery code instead' }).click();
    await page.getByLabel('Recovery code').fill(codes[0] ?? '');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    if (isGood) await page.getByRole('heading', { name: 'Operations' }).waitFor();
    else await page.getByText('The code is wrong, or was used already').waitFor();
    if (!isGood) {
      await page.getByLabel('Recovery code').fill(codes[1] ?? '');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('heading', { name: 'Operations' }).waitFor();
    }
  }
  await page.goto(`${addressOf(hub)}/account`);
  await page.getByText('8 recovery codes are left').waitFor();
  await page.getByRole('button', { name: 'Turn off' }).click();
  await page.getByRole('dialog').getByLabel('Current password').fill(password);
  await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click();
  await page.getByRole('button', { name: 'Turn on two-factor sign-in' }).waitFor();
  await signInByApi(hub.url, 'ana@example.com', password);
  expect(complaints).toEqual([]);
}, 240_000);

test('a passkey: added with the password, signs in alone, removed', async () => {
  const hub = await runHub(scope);
  await makeUser(hub.admin, 'bea@example.com', password);
  const context = await openBrowser(scope);
  const page = await openAccount(context, hub, 'bea@example.com');
  const complaints = complaintsOf(page);
  const devices = await context.newCDPSession(page);
  await devices.send('WebAuthn.enable');
  await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Virtual key');
  await page.getByRole('dialog').getByLabel('Current password').fill(password);
  await pictures(page, '5-passkey-dialog');
  await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click();
  await section(page, 'Passkeys').getByText('Virtual key').waitFor();

  await signOut(page);
  await pictures(page, '6-sign-in');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('heading', { name: 'Account' }).waitFor();
  await section(page, 'Passkeys').getByText(/used/).waitFor();

  await page.getByRole('button', { name: 'Actions for Virtual key' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await section(page, 'Passkeys').getByText('Virtual key').waitFor({ state: 'detached' });
  await signOut(page);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText('This passkey is not accepted here').waitFor();
  expect(complaints).toEqual([]);
}, 180_000);

test('sessions: a page elsewhere is signed out at once; language and theme stay', async () => {
  const hub = await runHub(scope);
  await makeUser(hub.admin, 'eva@example.com', password);
  const [here, elsewhere] = [await openBrowser(scope), await openBrowser(scope)];
  const page = await openAccount(here, hub, 'eva@example.com');
  const other = await openAccount(elsewhere, hub, 'eva@example.com');
  await other.getByText('Live', { exact: true }).first().waitFor();
  await page.reload();
  const sessions = section(page, 'Where you are signed in');
  await sessions.getByText('This browser').waitFor();
  await until('both browsers are listed', async () => (await sessions.getByText('Chrome · Linux').count()) >= 2);
  await page
    .getByRole('button', { name: /^Sign out of Chrome/ })
    .first()
    .click();
  await other.getByLabel('Email').waitFor();
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click();
  await until('only this browser is left', async () => (await sessions.getByRole('listitem').count()) === 1);

  await page.getByText('Español', { exact: true }).click();
  await page.getByRole('heading', { name: 'Cuenta' }).waitFor();
  await page.getByText('Oscuro', { exact: true }).click();
  await page.reload();
  await page.getByRole('heading', { name: 'Cuenta' }).waitFor();
  expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.mantineColorScheme])).toEqual(['es', 'dark']);
  await page.screenshot({ path: join(import.meta.dir, '.screenshots', 'account-7-spanish-dark.png'), fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await page.getByRole('heading', { name: 'Cuenta' }).waitFor();
  await sessions.or(section(page, 'Dónde tienes la sesión abierta')).getByText('Este navegador').waitFor();
  await page.screenshot({ path: join(import.meta.dir, '.screenshots', 'account-8-phone.png'), fullPage: true });
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
}, 180_000);

test('administration: users, API keys shown once, enrolment tokens, settings and health', async () => {
  const hub = await runHub(scope, { FILE_SIZE_MAX_BYTES: '5000000000' });
  const user = await makeUser(hub.admin, 'luis@example.com', password);
  const context = await openBrowser(scope);
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(`${addressOf(hub)}/users`);
  await fillSignIn(page, adminEmail, adminPassword);
  const luis = page.getByRole('row').filter({ hasText: 'luis@example.com' });
  await luis.waitFor();
  await luis.getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menuitem', { name: 'Role and permissions' }).click();
  await page.getByRole('checkbox', { name: 'See customers and network' }).check();
  await pictures(page, '9-user-dialog');
  await page.getByRole('button', { name: 'Save' }).click();
  await luis.getByText('See customers and network').waitFor();
  await luis.getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menuitem', { name: 'Disable' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await luis.getByText('Disabled').waitFor();
  expect((await user.send('GET', '/api/me')).status).toBe(401);
  await luis.getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menuitem', { name: 'Enable' }).click();
  await luis.getByText('Disabled').waitFor({ state: 'detached' });
  await pictures(page, '10-users');

  // How long a password has to be is said by whoever refuses one that is not.
  await page.getByRole('button', { name: 'Add user' }).click();
  const added = page.getByRole('dialog');
  await added.getByLabel('Name').fill('Eva');
  await added.getByLabel('Email').fill('eva@example.com');
  await added.getByLabel('Password', { exact: true }).fill('short');
  await added.locator('button[type=submit]').click();
  await added.getByText('The password has to have from 8 to 128 characters').waitFor();

  await page.goto(`${addressOf(hub)}/api-keys`);
  await page.getByRole('button', { name: 'New API key' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Nightly backup');
  await pictures(page, '11-key-dialog');
  await page.getByRole('button', { name: 'Make key' }).click();
  const shown = page.getByRole('dialog', { name: 'Your new API key' }).getByLabel('API key');
  const key = (await shown.innerText()).trim();
  expect(key).toMatch(/^relevo_[\w-]{43}$/);
  await page.getByRole('button', { name: 'Done' }).click();
  const statusOf = async (method: string, path: string) => (await fetch(hub.url + path, { method, headers: { authorization: `Bearer ${key}` } })).status;
  expect([await statusOf('GET', '/api/files'), await statusOf('DELETE', '/api/files/x'), await statusOf('GET', '/api/users')]).toEqual([200, 403, 403]);
  await page.getByRole('row').filter({ hasText: 'Nightly backup' }).waitFor();
  expect(await page.content()).not.toContain(key);
  await pictures(page, '12-api-keys');
  await page.getByRole('button', { name: 'Delete Nightly backup' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No API keys yet').waitFor();
  expect(await statusOf('GET', '/api/files')).toBe(401);

  await hub.admin.ask('POST', '/api/agents/tokens', { json: { uses: 3, labels: ['shops', 'north'], approved: true, expires_in_ms: 86_400_000 } });
  await page.goto(`${addressOf(hub)}/enrolment-tokens`);
  await page.getByText('3 of 3').waitFor();
  await pictures(page, '13-tokens');
  await page.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('No enrolment tokens').waitFor();

  await page.goto(`${addressOf(hub)}/settings`);
  await page.getByText('HUB_DATA_DIR').waitFor();
  expect(await page.content()).not.toContain(adminPassword);
  await pictures(page, '14-settings');
  await page.getByText('Set here', { exact: true }).click();
  await page.getByRole('searchbox', { name: 'Search settings' }).fill('largest file');
  const limit = page.getByRole('row').filter({ hasText: 'FILE_SIZE_MAX_BYTES' });
  await limit.getByText('5.0 GB').waitFor();
  await limit.getByText('Environment').waitFor();
  // What a setting is, the hub says in the reader's language.
  await page.evaluate(() => localStorage.setItem('relevo.language', 'es'));
  await page.reload();
  await page.getByRole('searchbox', { name: 'Buscar ajustes' }).fill('archivo más grande');
  await page.getByRole('row').filter({ hasText: 'FILE_SIZE_MAX_BYTES' }).getByText('Archivo más grande').waitFor();
  await page.screenshot({ path: join(import.meta.dir, '.screenshots', 'account-17-settings-spanish.png') });
  await page.evaluate(() => localStorage.setItem('relevo.language', 'en'));
  await page.goto(`${addressOf(hub)}/health`);
  await page.getByRole('region', { name: 'Disk' }).waitFor();
  await pictures(page, '15-health');
  await page.goto(`${addressOf(hub)}/audit`);
  await page.getByText('API key deleted').first().waitFor();
  await pictures(page, '16-audit');

  // What is for administrators is not shown to others, and says so.
  await signOut(page);
  await page.goto(`${addressOf(hub)}/settings`);
  await fillSignIn(page, 'luis@example.com', password);
  await page.getByText('You may not see this page').waitFor();
  expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(0);
  expect(complaints).toEqual([]);
}, 240_000);
