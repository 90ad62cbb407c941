// One Chromium for all tests of a file: starting one takes longer than what many of them do in it.
import { afterAll } from 'bun:test';
import type { Browser, BrowserContext } from 'playwright-core';
import { personIn, startChromium } from './browser.ts';
import type { Scope } from './scope.ts';

/** To be asked for where the file begins; gives what opens a fresh context of the one browser, English unless said otherwise, which ends with its scope. */
export function sharedBrowser(): (scope: Scope, locale?: string) => Promise<BrowserContext> {
  let running: Promise<Browser> | undefined;
  afterAll(async () => {
    await (await running)?.close();
  });
  return async (scope, locale) => {
    running ??= startChromium();
    const context = await personIn(await running, locale);
    scope.onEnd(() => context.close());
    return context;
  };
}
