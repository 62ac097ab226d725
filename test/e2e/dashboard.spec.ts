import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenDigest } from '#access';
import { engineKey, labels, subjects } from '#contracts';
import { engineIdentity, engineRecord, type TestEngine } from '#testing';
import { policyFileIn, policyText } from '../../apps/api-gateway/src/access/policy.builders.ts';
import { TestFleet } from '../../apps/api-gateway/src/gateway.builders.ts';
import { BrowserPage } from './browser/browser-page.ts';
import { watchAnswers } from './browser/page-answers.ts';
import { faintTexts } from './browser/page-contrast.ts';
import { createdId } from './support/docker-api.ts';
import { eventually } from './support/eventually.ts';
import { freePort } from './support/free-port.ts';
import { ManagedFleet } from './support/managed-fleet.ts';

const wide = { width: 1_440, height: 900 };
const narrow = { width: 390, height: 844 };
/** What is in the view is on the page within a second; a busy machine gets some more. */
const shownMaxMs = 10_000;
const diesMaxMs = 30_000;
/** For text that is not large. */
const contrastMin = 4.5;
/** A page of the operator's own network; the bundle with frameworks of ten times this size would be felt over a VPN. */
const pageGzipMaxBytes = 60_000;

const engineNamed = (page: Page, name: string | RegExp) => page.getByRole('option', { name });
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
    const id = createdId(await fleet.api.create('seen', { Env: ['constraint:node==node-1'], Cmd: ['sleep', '600'] }));
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

/** Who may see and do what is the gateway's to say; the page asks in whose name it stands, and shows what that one may (docs/security.md). */
describe('the dashboard under a policy', () => {
  const ownedBy = (owner: string) => ({ labels: { [labels.owner]: owner, [labels.operation]: `op-${owner}` } });
  let fleet: TestFleet;
  let folder: string;
  let policy: string;
  let browser: BrowserPage;
  let page: Page;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'baleen-policy-'));
    policy = policyFileIn(folder, policyText());
    fleet = await TestFleet.open({ adminHosts: 'tcp://127.0.0.1:0', policy });
    const engine = await fleet.node('node-1');
    await fleet.node('node-2');
    await fleet.container(engine, 'a'.repeat(64), 'mine', ownedBy('team-a'));
    await fleet.container(engine, 'b'.repeat(64), 'theirs', ownedBy('team-b'));
    browser = await BrowserPage.open(fleet.adminUrl, wide, { assets: 'dist/apps/dashboard' });
    ({ page } = browser);
  });

  afterAll(async () => {
    await browser?.close();
    await fleet?.close();
    rmSync(folder, { recursive: true });
  });

  const signIn = async (token: string) => {
    await page.getByLabel('Bearer token').fill(token);
    await page.keyboard.press('Enter');
  };
  const signOut = () => page.getByRole('button', { name: 'Sign out' }).click();
  const availability = () => page.getByRole('group', { name: 'Availability of node-1' });

  it('asks who is there, says what was wrong, and shows nothing until it knows', async () => {
    await page.getByRole('alert').getByText('use a client certificate or a bearer token').waitFor();
    expect(await page.getByRole('option').count()).toBe(0);
    await browser.screenshot('dashboard-sign-in');
    expect(await faintTexts(page, contrastMin)).toEqual([]);
    await signIn('wrong');
    await page.getByRole('alert').getByText('does not know this bearer token').waitFor();
  });

  it('lets an admin drain, and a viewer only look', async () => {
    await signIn('root');
    await page.getByText('root admin').waitFor();
    await engineNamed(page, /^node-1: healthy/).click();
    await availability().waitFor();
    await page.getByRole('region', { name: 'Control plane' }).waitFor();
    await signOut();
    await signIn('eyes');
    await page.getByText('eyes viewer').waitFor();
    await engineNamed(page, /^node-1: healthy/).click();
    await page.getByRole('heading', { name: 'node-1', exact: true }).waitFor();
    expect(await availability().count()).toBe(0);
    await page.getByRole('button', { name: 'Why is mine on node-1?' }).waitFor();
    await signOut();
  });

  it('shows a tenant its own containers and where they are, in a tab that keeps the token to itself', async () => {
    await signIn('alice');
    await page.getByText('alice operator of team-a').waitFor();
    await page.getByRole('row', { name: /^mine node-1 up/ }).waitFor();
    expect(await page.getByRole('row', { name: /theirs/ }).count()).toBe(0);
    await engineNamed(page, 'node-1: healthy, 1 of 1 containers running').click();
    expect(await page.getByRole('option').count()).toBe(1);
    for (const absent of [availability(), page.getByRole('button', { name: /^Why is/ }), page.getByText('Requests here')])
      expect(await absent.count()).toBe(0);
    expect(await page.getByRole('region', { name: 'Control plane' }).count()).toBe(0);
    await browser.screenshot('dashboard-tenant');
    await page.reload();
    await page.getByText('alice operator of team-a').waitFor();
    expect(page.url() + (await page.evaluate(() => document.cookie + JSON.stringify(localStorage)))).not.toContain('alice');
  });

  it('ends with the right to look, within seconds', async () => {
    writeFileSync(policy, policyText().replaceAll(tokenDigest('alice'), tokenDigest('nobody')));
    await page.getByRole('alert').getByText('does not know this bearer token').waitFor({ timeout: shownMaxMs });
    expect(await page.getByText('mine').count()).toBe(0);
    // What a browser says of answers 401, and of a feed that is cut off.
    expect(browser.complaints.filter((text) => !/401|INCOMPLETE_CHUNKED/.test(text))).toEqual([]);
  });
});
