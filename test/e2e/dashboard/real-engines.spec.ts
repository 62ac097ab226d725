import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestEngine } from '#testing';
import { createdId } from '../clients/docker-api.ts';
import { eventually } from '../eventually.ts';
import { freePort } from '../product/free-port.ts';
import { ManagedFleet } from '../product/managed-fleet.ts';
import { BrowserPage } from './browser/browser-page.ts';
import { faintTexts } from './browser/page-contrast.ts';
import { contrastMin, engineNamed, shownMaxMs, wide } from './dashboard-page.ts';

const narrow = { width: 390, height: 844 };
const diesMaxMs = 30_000;
/** A page of the operator's own network; the bundle with frameworks of ten times this size would be felt over a VPN. */
const pageGzipMaxBytes = 60_000;

/** Whether the document is wider than the window. */
const overflows = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

/** A real Chromium looks at real engines (issue 7, item 7). */
describe('the dashboard over two engines', () => {
  let fleet: ManagedFleet;
  let engine: TestEngine;
  let adminUrl: string;
  let browser: BrowserPage;
  let page: Page;

  beforeAll(async () => {
    const port = await freePort();
    adminUrl = `http://127.0.0.1:${port}`;
    fleet = await ManagedFleet.open('dashboard', ['new', 'new'], { flags: ['--admin', `tcp://127.0.0.1:${port}`] });
    engine = fleet.engines[0]!;
    browser = await BrowserPage.open(adminUrl, wide);
    ({ page } = browser);
  });

  afterAll(async () => {
    await browser?.close();
    await fleet?.close();
  });

  it('shows both engines, who leads and who watches', async () => {
    await engineNamed(page, /^node-1: healthy/).waitFor();
    await engineNamed(page, /^node-2: healthy/).waitFor();
    const controlPlane = page.getByRole('region', { name: 'Control plane' });
    await controlPlane.getByText(/^scheduler-/).waitFor();
    await controlPlane.getByText(/^engine-monitor-/).waitFor();
    expect(await page.getByRole('option').count()).toBe(2);
  });

  it('shows a container appear, its placement and its events, and tells why it is there', async () => {
    // The signal: a daemon that starts after a kill ends the containers of its forerunner politely, which takes 10 s with others.
    const seen = { Env: ['constraint:node==node-1'], Cmd: ['sleep', '600'], StopSignal: 'KILL' };
    const id = createdId(await fleet.api.create('seen', seen));
    await fleet.api.wanted('POST', `/containers/${id}/start`);
    const row = page.getByRole('row', { name: /^seen node-1 up \d+s busybox/ });
    await row.waitFor({ timeout: shownMaxMs });
    await page.getByRole('region', { name: 'Placements' }).getByText('→ node-1').first().waitFor();
    await page.getByRole('region', { name: 'Events' }).getByText('container start seen').waitFor();
    await engineNamed(page, 'node-1: healthy, 1 of 1 containers running').waitFor();

    await row.getByRole('button', { name: 'Why is seen on node-1?' }).click();
    const dialog = page.getByRole('dialog', { name: 'Why seen is there' });
    await dialog.getByRole('row', { name: /^node-1 chosen/ }).waitFor();
    await dialog.getByRole('row', { name: /^node-2 constraint: / }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog.isVisible()).toBe(false);
  });

  it('shows an engine die, with the reason and aloud, and come back', async () => {
    await engine.kill();
    await engineNamed(page, /^node-1: unhealthy/).waitFor({ timeout: diesMaxMs });
    await page.getByRole('region', { name: 'Needs attention 1' }).getByText('connection refused').waitFor();
    await page.getByRole('status').getByText('node-1 is unhealthy').waitFor({ state: 'attached' });
    await browser.screenshot('engine-died');
    await engine.restart();
    await engineNamed(page, /^node-1: healthy/).waitFor({ timeout: diesMaxMs });
    await expect.poll(() => page.getByRole('region', { name: /Needs attention/ }).count()).toBe(0);
  });

  it('drains an engine by the keyboard alone, once it was said to be meant', async () => {
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    const tabTo = (text: RegExp) =>
      eventually(`the focus is on ${text}`, shownMaxMs, async () => {
        await page.keyboard.press('Tab');
        return text.test(await focused()) ? true : undefined;
      });
    await page.keyboard.press('/');
    await page.keyboard.type('node-2');
    await engineNamed(page, /^node-1/).waitFor({ state: 'detached' });
    await tabTo(/^node-2/);
    await page.keyboard.press('Enter');
    await tabTo(/^Drain$/);
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('Drain node-2');
    expect(await availability()).toBe('active');
    await page.keyboard.press('Enter');
    await engineNamed(page, /^node-2: drained/).waitFor({ timeout: shownMaxMs });
    expect(await availability()).toBe('drain');
    await page.getByRole('button', { name: 'Active' }).click();
    await engineNamed(page, /^node-2: healthy/).waitFor({ timeout: shownMaxMs });
    await page.getByRole('searchbox', { name: 'Search engines' }).fill('');
  });

  async function availability(): Promise<string> {
    return (await fleet.docker('node', 'inspect', '--format', '{{.Spec.Availability}}', 'node-2')).stdout.trim();
  }

  it.each(['light', 'dark'] as const)('is legible in %s, wide and narrow', async (colors) => {
    await page.emulateMedia({ colorScheme: colors });
    await engineNamed(page, /^node-1/).click();
    for (const [name, size] of Object.entries({ wide, narrow })) {
      await page.setViewportSize(size);
      await browser.screenshot(`dashboard-${colors}-${name}`);
      expect(await faintTexts(page, contrastMin)).toEqual([]);
      expect(await overflows(page)).toBe(false);
    }
    await page.setViewportSize(wide);
  });

  it('is a few files under a strict policy, kept by browsers for good, and nothing complains', async () => {
    const index = await fetch(adminUrl);
    expect(index.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    const etag = index.headers.get('etag') ?? '';
    expect((await fetch(adminUrl, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const html = await index.text();
    expect(html).not.toMatch(/<script>|<style>|style=|https?:/);
    const files = [...html.matchAll(/"(\/assets\/main\.[^"]+)"/g)].map(([, path = '']) => path);
    const answers = await Promise.all(files.map((path) => fetch(adminUrl + path)));
    expect(answers.map(({ headers }) => headers.get('cache-control'))).toEqual(
      files.map(() => 'public, max-age=31536000, immutable'),
    );
    const bodies = await Promise.all(answers.map((answer) => answer.bytes()));
    expect(gzipSync(Buffer.concat(bodies)).length).toBeLessThan(pageGzipMaxBytes);
    expect((await fetch(`${adminUrl}/assets/main.js`)).status).toBe(404);
    expect(browser.complaints).toEqual([]);
  });

  it('says that its gateway is gone, and is live again with the next one', async () => {
    for (const pid of fleet.stack.pids('api-gateway')) process.kill(pid, 'SIGKILL');
    await page.getByText('Gateway lost').waitFor({ timeout: shownMaxMs });
    await page.getByText('Live', { exact: true }).waitFor({ timeout: diesMaxMs });
    await engineNamed(page, /^node-1: healthy/).waitFor({ timeout: diesMaxMs });
    expect(await page.getByRole('option').count()).toBe(2);
  });
});
