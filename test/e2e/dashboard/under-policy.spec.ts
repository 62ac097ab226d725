import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenDigest } from '#access';
import { labels } from '#contracts';
import { policyFileIn, policyText } from '../../../apps/api-gateway/src/access/policy.builders.ts';
import { TestFleet } from '../../../apps/api-gateway/src/gateway.builders.ts';
import { BrowserPage } from './browser/browser-page.ts';
import { faintTexts } from './browser/page-contrast.ts';
import { contrastMin, engineNamed, shownMaxMs, wide } from './dashboard-page.ts';

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
    for (const absent of [availability(), page.getByText('Requests here')]) expect(await absent.count()).toBe(0);
    await page.getByRole('button', { name: 'Why is mine on node-1?' }).waitFor();
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
