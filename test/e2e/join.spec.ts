import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Testbed, type TestEngine } from '#testing';
import { type Outcome, run } from './clients/run.ts';
import { eventually } from './eventually.ts';
import { freePort } from './product/free-port.ts';
import { Joining } from './product/joining.ts';
import { Stack } from './product/stack.ts';

const program = fileURLToPath(new URL('../../bin/baleen', import.meta.url));
const ttlMs = 4_000;
const seenMaxMs = 20_000;

const baleen = (...args: readonly string[]): Promise<Outcome> => run(program, args, { cwd: '/' });

/** A fleet whose engines register themselves with a token of Baleen's own. */
describe('baleen create, join and list', () => {
  let bed: Testbed;
  let engine: TestEngine;
  let registrar: Stack;
  let admin: string;
  let discovery: string;

  beforeAll(async () => {
    bed = await Testbed.open('join');
    engine = await bed.engine();
    admin = `127.0.0.1:${await freePort()}`;
    registrar = await Stack.start({ discovery: 'nats://', flags: ['--admin', `tcp://${admin}`] });
  });
  afterAll(async () => {
    await registrar?.stop();
    await bed?.close();
  });

  const join = () => new Joining('--advertise', engine.address, '--heartbeat', '1s', '--ttl', `${ttlMs / 1_000}s`, discovery);
  /** What `baleen list` would print, without a process a question. */
  const listed = async (): Promise<string> => {
    const answer = await fetch(`http://${admin}/clusters/${discovery.slice(-32)}`);
    return ((await answer.json()) as string[]).map((address) => `${address}\n`).join('');
  };
  const isListed = (expected: string) =>
    eventually(`the list is ${JSON.stringify(expected)}`, seenMaxMs, async () =>
      (await listed()) === expected ? true : undefined,
    );

  it('create prints the token alone on stdout, and how to use it on stderr', async () => {
    const { code, stdout, stderr } = await baleen('create', '--admin', admin);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^[0-9a-f]{32}\n$/)]);
    discovery = `token+http://${admin}/${stdout.trim()}`;
    expect(stderr).toContain(`baleen join --advertise <its ip>:2375 ${discovery}`);
    expect(stderr).toContain(`baleen manage ${discovery}`);
    expect(await baleen('list', discovery)).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it('join registers the engine, never writes the token into its log, and de-registers it at the end', async () => {
    const joining = join();
    await isListed(`${engine.address}\n`);
    expect(await baleen('list', discovery)).toMatchObject({ code: 0, stdout: `${engine.address}\n`, stderr: '' });
    const { code, tookMs } = await joining.stop();
    expect(await listed()).toBe('');
    expect(code).toBe(0);
    expect(joining.log).toContain('Registering on the discovery service every 1s...');
    expect(joining.log).toContain('De-registered from the discovery service');
    expect(joining.log).not.toContain(discovery.slice(-32));
    process.stdout.write(`join: ended and de-registered within ${tookMs.toFixed(0)} ms\n`);
  });

  it('an engine that does not answer leaves the list, and comes back with its daemon', async () => {
    const joining = join();
    await isListed(`${engine.address}\n`);
    const killedMs = performance.now();
    await engine.kill();
    await isListed('');
    process.stdout.write(`join: TTL ${ttlMs} ms, off the list ${(performance.now() - killedMs).toFixed(0)} ms after the kill\n`);
    expect(joining.log).toMatch(/Not registering: .*connection refused/);
    await engine.restart();
    await isListed(`${engine.address}\n`);
    expect(await joining.stop()).toMatchObject({ code: 0 });
  });

  it('manage runs the fleet that a token lists', async () => {
    const joining = join();
    const fleet = await Stack.start({ discovery, flags: ['--heartbeat', '1s'], engines: 1 });
    expect(fleet.stderr).not.toContain(discovery.slice(-32));
    await fleet.stop();
    await joining.stop();
  });
});
