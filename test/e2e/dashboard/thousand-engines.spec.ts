import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineKey, subjects } from '#contracts';
import { engineIdentity, engineRecord } from '#testing';
import { TestFleet } from '../../../apps/api-gateway/src/gateway.builders.ts';
import { BrowserPage } from './browser/browser-page.ts';
import { watchAnswers } from './browser/page-answers.ts';
import { engineNamed, shownMaxMs, wide } from './dashboard-page.ts';

/** Their records alone: what a page costs does not depend on who wrote them, and a thousand daemons would take the time of the test. */
describe('the dashboard over a thousand engines', () => {
  const engines = 1_000;
  const failing = Array.from({ length: 100 }, (_, index) => 500 + index);
  const eventsPerTurn = 50;
  /** Until the picture shows what a key did. 200 is called good (web.dev/inp), and on a quiet machine it is; here gateway, test and browser may have half a core. */
  const answerMaxMs = 1_000;
  let fleet: TestFleet;
  let browser: BrowserPage;
  let page: Page;

  beforeAll(async () => {
    fleet = await TestFleet.open({ adminHosts: 'tcp://127.0.0.1:0' });
    for (let number = 0; number < engines; number++) await engineAppears(number, 'healthy');
    browser = await BrowserPage.open(fleet.adminUrl, wide, { assets: 'dist/apps/dashboard' });
    ({ page } = browser);
  });

  afterAll(async () => {
    await browser?.close();
    await fleet?.close();
  });

  async function engineAppears(number: number, state: 'healthy' | 'unhealthy'): Promise<void> {
    const address = `10.0.${Math.floor(number / 250)}.${number % 250}:2375`;
    const key = engineKey(address);
    const record = engineRecord(key, { address, state, reason: 'connection refused', identity: engineIdentity(`sim-${number}`) });
    await fleet.put(subjects.lease(`engine.${key}`), { holder: 'monitor-1' });
    await fleet.put(subjects.engineInfo(key), record);
    await fleet.put(subjects.member(key), { key, address, source: 'nodes' });
  }

  it('paints every engine, and finds some by their name', async () => {
    await page.getByText('1,000 healthy').waitFor({ timeout: shownMaxMs });
    expect(await page.getByRole('option').count()).toBe(engines);
    await page.getByRole('searchbox', { name: 'Search engines' }).fill('sim-77');
    await expect.poll(() => page.getByRole('option').count()).toBe(11);
    await page.getByRole('searchbox', { name: 'Search engines' }).fill('');
    await expect.poll(() => page.getByRole('option').count()).toBe(engines);
  });

  it('answers arrows at once while events pour in and a hundred engines fail', async () => {
    await engineNamed(page, /^sim-0:/).click();
    const answersMs = await watchAnswers(page);
    for (let turn = 1; turn <= 20; turn++) {
      for (const number of failing.slice((turn - 1) * 5, turn * 5)) await engineAppears(number, 'unhealthy');
      for (let event = 0; event < eventsPerTurn; event++) tellEvent(turn * eventsPerTurn + event);
      await page.keyboard.press('ArrowRight');
    }
    await page.getByRole('heading', { name: 'sim-20', exact: true }).waitFor();
    await page.getByText('100 unhealthy').waitFor({ timeout: shownMaxMs });
    expect(Math.max(...(await answersMs()))).toBeLessThan(answerMaxMs);
    await browser.screenshot('dashboard-thousand');
    expect(browser.complaints).toEqual([]);
  });

  function tellEvent(number: number): void {
    const event = { Type: 'container', Action: 'start', Actor: { ID: `c${number}` }, timeNano: Date.now() * 1e6 + number };
    fleet.bus.publish(subjects.event(engineKey('10.0.0.0:2375')), Buffer.from(JSON.stringify(event)));
  }
});
