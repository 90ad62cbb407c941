// Operations as people watch them, in Chromium: two at once, late, through a cut, past the end of a session; stopped, and tried again.
import { afterEach, describe, expect, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { faultsOf } from './harness/accessibility.ts';
import { runAgent } from './harness/agent.ts';
import { complaintsOf, picture } from './harness/browser.ts';
import { adminEmail, adminPassword, runHub } from './harness/hub.ts';
import { runProxy } from './harness/proxy.ts';
import { Scope } from './harness/scope.ts';
import { makeUser, type Session } from './harness/session.ts';
import { sharedBrowser } from './harness/shared-browser.ts';
import { until } from './harness/until.ts';

const openBrowser = sharedBrowser();
const scope = new Scope();
afterEach(() => scope.end());

const anaEmail = 'ana@example.com';
const anaPassword = 'a password of the tests';
const timeoutMs = 180_000;

async function signIn(page: Page, url: string, email: string, password: string): Promise<void> {
  await page.goto(url);
  await enter(page, email, password);
}

async function enter(page: Page, email: string, password: string): Promise<void> {
  await page.locator('input[type=email]').fill(email);
  await page.locator('input[type=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.getByRole('navigation').first().waitFor();
}

async function pageOf(url: string, email: string, password: string, locale?: string): Promise<Page> {
  const page = await (await openBrowser(scope, locale)).newPage();
  await signIn(page, url, email, password);
  return page;
}

const begin = (who: Session, id: string, steps: readonly string[], title = `Work ${id}`) =>
  who.ask('POST', '/api/operations', { json: { id, kind: 'backup', title, steps } });
const report = (who: Session, id: string, step: string, status: string, more: object = {}) =>
  who.ask('PATCH', `/api/operations/${id}/steps/${step}`, { json: { status, message: `${step} ${status}`, ...more } });

interface ShownStep {
  step: string;
  status: string | undefined;
  percent: number | null;
  text: string;
}

/** What a page shows of each step. */
function shownOn(page: Page): Promise<ShownStep[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-step]')].map((row) => {
      const bar = row.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow');
      return {
        step: row.dataset.step ?? '',
        status: row.dataset.status,
        percent: bar === null || bar === undefined ? null : Number(bar),
        text: row.querySelector('button p:last-of-type')?.textContent ?? '',
      };
    }),
  );
}

/** Waits until a page shows what the hub knows of an operation. */
async function untilTrue(page: Page, who: Session, id: string): Promise<ShownStep[]> {
  return until(`the page shows ${id} as the hub knows it`, async () => {
    const kept = await who.ask('GET', `/api/operations/${id}`);
    const shown = await shownOn(page);
    const expected = kept.steps.map(({ step, status, message, progress }: { step: string; status: string; message: string; progress: number }) => ({
      step,
      status,
      percent: progress,
      text: message,
    }));
    return Bun.deepEquals(shown, expected) ? shown : undefined;
  });
}

const step = (page: Page, name: string, status: string) => page.locator(`[data-step="${name}"][data-status="${status}"]`);

describe('the page of an operation', () => {
  test(
    'is the same for its owner and for an administrator with the link, while it runs and for whoever comes late',
    async () => {
      const hub = await runHub(scope, { TICK_INTERVAL_MS: '20' });
      const ana = await makeUser(hub.admin, anaEmail, anaPassword);
      await begin(ana, 'shared', ['read', 'copy', 'check']);
      const owner = await pageOf(hub.url, anaEmail, anaPassword);
      const complaints = complaintsOf(owner);
      await owner.goto(`${hub.url}/operations/shared`);
      await owner.getByRole('button', { name: 'Share' }).click();
      const link = await owner.getByLabel('Link to this operation').inputValue();
      await owner.keyboard.press('Escape');
      const admin = await pageOf(hub.url, adminEmail, adminPassword);
      await admin.goto(link);
      await admin.getByRole('heading', { level: 1, name: 'Work shared' }).waitFor();
      await admin.getByText('Asked for by ana@example.com').waitFor();

      await report(ana, 'shared', 'read', 'in_progress', { message: 'Reading' });
      await report(ana, 'shared', 'read', 'completed', { message: 'Read' });
      await report(ana, 'shared', 'copy', 'in_progress', { message: 'Copying', progress: 1, bytes: 0, total_bytes: 1_000_000 });
      for (const [progress, message] of [
        [20, 'Copying'],
        [40, 'Copying to the second disk'],
        [61, 'Copying to the second disk'],
      ] as const) {
        await report(ana, 'shared', 'copy', 'in_progress', {
          message,
          progress,
          bytes: progress * 10_000,
          total_bytes: 1_000_000,
          rate: 250_000,
          eta_ms: 2000,
        });
        const [one, other] = [await untilTrue(owner, ana, 'shared'), await untilTrue(admin, ana, 'shared')];
        expect(other).toEqual(one);
        expect(one[1]).toEqual({ step: 'copy', status: 'in_progress', percent: progress, text: message });
      }
      await owner.getByText('610.0 kB of 1.0 MB').first().waitFor();
      await picture(owner, 'operation-running');
      expect(await faultsOf(owner)).toEqual([]);

      // A line of speeds is drawn from its third point on.
      await until('three speeds are known', async () => {
        await report(ana, 'shared', 'copy', 'in_progress', { message: 'Copying to the second disk', progress: 61, bytes: 610_000, total_bytes: 1_000_000 });
        return (await ana.ask('GET', '/api/operations/shared/history')).rates.rates.length > 2;
      });
      // One who comes in the middle sees what was said before, and the speed.
      const late = await pageOf(hub.url, anaEmail, anaPassword, 'es-AR');
      await late.goto(link);
      await late.getByText('Solicitada por ti').waitFor();
      expect(await untilTrue(late, ana, 'shared')).toEqual(await shownOn(owner));
      await late.locator('.relevo-log').getByText('Copying to the second disk').waitFor();
      await late.getByRole('img', { name: /Velocidad/ }).waitFor();

      await report(ana, 'shared', 'copy', 'completed', { message: 'Copied' });
      await report(ana, 'shared', 'check', 'error', { message: 'The sums differ' });
      for (const page of [owner, admin, late]) await step(page, 'check', 'error').waitFor();
      expect(await shownOn(admin)).toEqual(await shownOn(owner));
      expect(await shownOn(late)).toEqual(await shownOn(owner));

      // And one who comes after the end finds it all.
      const after = await pageOf(hub.url, adminEmail, adminPassword);
      await after.goto(link);
      expect(await untilTrue(after, ana, 'shared')).toEqual(await shownOn(owner));
      await after.getByRole('button', { name: /^copy/ }).click();
      for (const said of ['Copying', 'Copying to the second disk', 'Copied']) {
        await step(after, 'copy', 'completed').locator('.relevo-log').getByText(said, { exact: true }).waitFor();
      }
      expect(complaints).toEqual([]);
    },
    timeoutMs,
  );

  test(
    'says that it is not live while the network is away, and is right when it is back',
    async () => {
      const hub = await runHub(scope);
      const proxy = await runProxy(scope, hub);
      await begin(hub.admin, 'cut', ['one', 'two']);
      const page = await pageOf(proxy.url, adminEmail, adminPassword);
      await page.goto(`${proxy.url}/operations/cut`);
      await untilTrue(page, hub.admin, 'cut');
      proxy.weather = { unavailable: true };
      proxy.cut();
      await page.context().setOffline(true);
      await page.getByText('What you see is not live right now').waitFor();
      await report(hub.admin, 'cut', 'one', 'in_progress', { progress: 50 });
      await report(hub.admin, 'cut', 'one', 'completed');
      await report(hub.admin, 'cut', 'two', 'in_progress', { progress: 30 });
      expect((await shownOn(page)).map(({ status }) => status)).toEqual(['pending', 'pending']);
      proxy.weather = {};
      await page.context().setOffline(false);
      await untilTrue(page, hub.admin, 'cut');
      await page.getByText('What you see is not live right now').waitFor({ state: 'detached' });
      await report(hub.admin, 'cut', 'two', 'completed');
      await step(page, 'two', 'completed').waitFor();
    },
    timeoutMs,
  );

  test(
    'asks to sign in again when the session ends meanwhile, and goes on where the work stands',
    async () => {
      const hub = await runHub(scope);
      const ana = await makeUser(hub.admin, anaEmail, anaPassword);
      const page = await pageOf(hub.url, anaEmail, anaPassword);
      await ana.ask('POST', '/api/api-keys', { json: { name: 'reporter' } });
      await hub.admin.ask('POST', '/api/operations', {
        json: { id: 'expiring', user_id: ana.userId, kind: 'backup', title: 'Long work', steps: ['one', 'two'] },
      });
      const tell = (name: string, status: string, more: object = {}) =>
        hub.admin.ask('PATCH', `/api/operations/expiring/steps/${name}?user_id=${ana.userId}`, { json: { status, message: `${name} ${status}`, ...more } });
      await page.goto(`${hub.url}/operations/expiring`);
      await tell('one', 'in_progress', { progress: 10 });
      await step(page, 'one', 'in_progress').waitFor();
      // A new password ends every session of hers.
      await hub.admin.ask('PATCH', `/api/users/${ana.userId}`, { json: { password: 'another password of the tests' } });
      await page.locator('input[type=password]').waitFor();
      await page.getByRole('status').getByText('Your session ended; sign in again').waitFor();
      await picture(page, 'session-ended');
      await tell('one', 'completed');
      await tell('two', 'in_progress', { progress: 70 });
      await enter(page, anaEmail, 'another password of the tests');
      expect(new URL(page.url()).pathname).toBe('/operations/expiring');
      await step(page, 'one', 'completed').waitFor();
      await until('it is live', async () => (await shownOn(page))[1]?.percent === 70);
      await tell('two', 'completed');
      await step(page, 'two', 'completed').waitFor();
    },
    timeoutMs,
  );

  test(
    'stops a delivery, sends it again where it did not arrive, and each names the other',
    async () => {
      const hub = await runHub(scope);
      const agent = await runAgent(scope, hub, { name: 'kiosk' });
      await agent.kill();
      const file = await hub.admin.ask('POST', '/api/files?name=catalogue.pdf', { body: 'the catalogue' });
      await hub.admin.ask('POST', '/api/deliveries', { json: { file_id: file.id, agent_ids: [agent.id] }, headers: { 'x-operation-id': 'first' } });
      const page = await pageOf(hub.url, adminEmail, adminPassword);
      const complaints = complaintsOf(page);
      await page.goto(`${hub.url}/operations/first`);
      await page.getByText('kiosk', { exact: true }).first().waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      await step(page, `deliver:${agent.id}`, 'stopped').waitFor();
      await page.getByRole('button', { name: 'Send to 1 again' }).click();
      await page.waitForURL((url) => url.pathname !== '/operations/first');
      await step(page, `deliver:${agent.id}`, 'pending').waitFor();
      await agent.start();
      await step(page, `deliver:${agent.id}`, 'completed').waitFor();
      await page.getByText('Took').first().waitFor();
      expect(await page.getByRole('button', { name: /again/ }).count()).toBe(0);
      await page.getByRole('link', { name: 'This is another attempt of an earlier operation' }).click();
      await page.waitForURL(/\/operations\/first$/);
      await page.getByRole('link', { name: /It was tried again/ }).click();
      await step(page, `deliver:${agent.id}`, 'completed').waitFor();
      expect(complaints).toEqual([]);
    },
    timeoutMs,
  );

  test(
    'shows thousands of steps by a screenful, and finds the one that failed',
    async () => {
      const hub = await runHub(scope);
      const steps = Array.from({ length: 3000 }, (_, index) => `machine-${index}`);
      await begin(hub.admin, 'many', steps);
      await report(hub.admin, 'many', 'machine-1234', 'error', { message: 'No route' });
      await report(hub.admin, 'many', 'machine-7', 'completed');
      const page = await pageOf(hub.url, adminEmail, adminPassword);
      await page.goto(`${hub.url}/operations/many`);
      await step(page, 'machine-7', 'completed').waitFor();
      expect(await page.locator('[data-step]').count()).toBeLessThan(60);
      await page.locator('label').filter({ hasText: 'Failed' }).click();
      await step(page, 'machine-1234', 'error').waitFor();
      await page.getByText('No route').waitFor();
      expect(await page.locator('[data-step]').count()).toBe(1);
      await page.locator('label').filter({ hasText: 'All' }).click();
      await page.getByRole('searchbox', { name: 'Search steps' }).fill('machine-2999');
      await until('one is left', async () => (await page.locator('[data-step]').count()) === 1);
      await report(hub.admin, 'many', 'machine-2999', 'in_progress', { progress: 42 });
      await until('it moves', async () => (await shownOn(page))[0]?.percent === 42);
    },
    timeoutMs,
  );
});

describe('the list of operations', () => {
  test(
    'moves by itself for an administrator too, whoever’s they are, and is filtered by the address',
    async () => {
      const hub = await runHub(scope);
      const ana = await makeUser(hub.admin, anaEmail, anaPassword);
      await begin(hub.admin, 'own', ['one'], 'Own work');
      await begin(ana, 'hers', ['one'], 'Work of Ana');
      const page = await pageOf(hub.url, adminEmail, adminPassword);
      const complaints = complaintsOf(page);
      await page.goto(`${hub.url}/operations`);
      const row = (title: string) => page.getByRole('row').filter({ hasText: title });
      for (const [who, id, title, progress] of [
        [hub.admin, 'own', 'Own work', 35],
        [ana, 'hers', 'Work of Ana', 77],
      ] as const) {
        await row(title).waitFor();
        await report(who, id, 'one', 'in_progress', { progress });
        await row(title).getByText(`${progress}%`).waitFor();
      }
      await row('Work of Ana').getByText('ana@example.com').waitFor();
      // One that begins while the list is open comes by itself.
      await begin(hub.admin, 'later', ['one'], 'Later work');
      await row('Later work').waitFor();
      expect(await faultsOf(page)).toEqual([]);

      await page.getByText('Mine', { exact: true }).click();
      await row('Work of Ana').waitFor({ state: 'detached' });
      await page.getByRole('searchbox', { name: 'Search operations' }).fill('later');
      await row('Own work').waitFor({ state: 'detached' });
      await row('Later work').waitFor();
      await page.reload();
      await row('Later work').waitFor();
      expect(await row('Own work').count()).toBe(0);
      await page.getByText('Failed', { exact: true }).click();
      await page.getByText('No operation matches').waitFor();
      await report(hub.admin, 'later', 'one', 'error', { message: 'broken' });
      await row('Later work').waitFor();
      expect(complaints).toEqual([]);
    },
    timeoutMs,
  );
});

describe('the home page', () => {
  test(
    'shows by itself what failed, who is away and what runs, in both themes and on a phone',
    async () => {
      const hub = await runHub(scope);
      const agent = await runAgent(scope, hub, { name: 'shop-north' });
      const ana = await makeUser(hub.admin, anaEmail, anaPassword);
      const page = await (await openBrowser(scope)).newPage();
      const complaints = complaintsOf(page);
      const scripts: Promise<Record<string, string>>[] = [];
      page.on('response', (response) => {
        if (response.url().endsWith('.js')) scripts.push(response.allHeaders());
      });
      await signIn(page, hub.url, adminEmail, adminPassword);
      await page.getByText('Nothing needs your attention right now').waitFor();
      await page.getByRole('img', { name: /^Agents online/ }).waitFor();
      // "initial JavaScript ≤ 400 KB for home": what sign-in and home together took.
      const scriptBytes = (await Promise.all(scripts)).reduce((sum, headers) => sum + Number(headers['content-length'] ?? Number.NaN), 0);
      expect(scriptBytes).toBeGreaterThan(100_000);
      expect(scriptBytes).toBeLessThan(400_000);

      await begin(ana, 'moving', ['one'], 'Work of Ana');
      await report(ana, 'moving', 'one', 'in_progress', { progress: 12 });
      await page.getByText('Work of Ana').waitFor();
      await page.getByText('12%').waitFor();
      await begin(ana, 'broken', ['one'], 'Report');
      await report(ana, 'broken', 'one', 'error', { message: 'The printer is on fire' });
      await page.getByText('Report: ended with errors').waitFor();
      await page.getByText('The printer is on fire').waitFor();
      await agent.stop();
      await page.getByText('shop-north is offline').waitFor();

      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.reload();
        await page.getByText('shop-north is offline').waitFor();
        await page.getByRole('img', { name: /^Operations ended/ }).waitFor();
        expect([colorScheme, await faultsOf(page)]).toEqual([colorScheme, []]);
        await picture(page, `home-${colorScheme}`);
      }
      await page.setViewportSize({ width: 390, height: 844 });
      await until('nothing is wider than the phone', () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      await picture(page, 'home-phone');
      await page.setViewportSize({ width: 1280, height: 860 });

      // The figures are read with the arrow keys.
      const chart = page.getByRole('img', { name: /^Operations ended/ });
      await chart.focus();
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowLeft');
      await until('a moment is named', async () => (await chart.locator('..').textContent())?.match(/\d{4}/) !== null);

      await page.getByRole('button', { name: 'Mark as seen' }).click();
      await page.getByText('Report: ended with errors').waitFor({ state: 'detached' });
      await page.reload();
      await page.getByText('shop-north is offline').waitFor();
      expect(await page.getByText('Report: ended with errors').count()).toBe(0);
      expect(complaints).toEqual([]);
    },
    timeoutMs,
  );

  test(
    'tells somebody who is no administrator of their own work alone, in their language',
    async () => {
      const hub = await runHub(scope);
      await makeUser(hub.admin, anaEmail, anaPassword);
      await begin(hub.admin, 'secret', ['one'], 'Work of the administrator');
      await report(hub.admin, 'secret', 'one', 'in_progress', { progress: 5 });
      const page = await pageOf(hub.url, anaEmail, anaPassword, 'es-ES');
      await page.getByRole('heading', { name: 'Inicio' }).waitFor();
      await page.getByText('Ahora mismo nada requiere tu atención.').waitFor();
      await page.getByText('No hay nada en curso').waitFor();
      await page.getByRole('img', { name: /^Tus operaciones terminadas/ }).waitFor();
      expect(await page.getByText('Work of the administrator').count()).toBe(0);
      expect(await page.getByRole('img', { name: /^(Agentes|Bytes)/ }).count()).toBe(0);
      expect(await faultsOf(page)).toEqual([]);
    },
    timeoutMs,
  );
});
