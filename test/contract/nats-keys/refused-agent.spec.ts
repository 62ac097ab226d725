import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { admitAgent, pushClaims, revokeAgent } from '#nats-keys';
import { ConfigError, silentLogger, systemClock, systemRandomness } from '#service-shell';
import { type FleetConnection, FleetDialler } from '../../../apps/engine-monitor/src/agent/fleet-dialler.ts';
import { type SecuredServer, startSecuredServer } from './secured-server.fixture.ts';

const saidMaxMs = 10_000;
/** Several attempts of a client that tries on. */
const moreAttemptsMs = 2_000;
const nowS = () => Math.floor(systemClock.nowMs() / 1_000);

let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer('refused');
});
afterAll(() => server.stop());

/** An agent's dialler with the credentials in this file, and what it wrote into its log. */
function diallerOf(id: string, file: string) {
  const said: string[] = [];
  const logger = silentLogger();
  const remember = (_: unknown, text?: unknown) => void said.push(String(text));
  Object.assign(logger, { warn: remember, error: remember });
  const access = { url: server.url, credentialsFile: file, caFile: '', inboxName: id };
  const token = { id, file, url: server.url };
  return { said, dialler: new FleetDialler({ access, token, clock: systemClock, randomness: systemRandomness, logger }) };
}

async function revoke(id: string): Promise<void> {
  const ring = revokeAgent(server.keys.ring, id, nowS());
  if (ring === undefined) throw new Error(`no token of ${id} is good`);
  await server.keys.change(ring);
  await pushClaims(server.keys, { servers: [server.url] });
}

async function soon(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + saidMaxMs;
  while (!(await holds())) {
    if (performance.now() > untilMs) throw new Error(`not within ${saidMaxMs} ms: ${what}`);
    await sleep(20);
  }
}

/** What is asked while an attempt is under way fails with it. */
const isUp = (connection: FleetConnection) =>
  connection.flush().then(
    () => true,
    () => false,
  );

it('an agent that starts with a revoked token ends with whose it is and what to do', async () => {
  const id = '00000000000000a1';
  const file = await server.join(id);
  await revoke(id);
  const { dialler } = diallerOf(id, file);
  const failure = await dialler.atStart('agent').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ConfigError);
  expect((failure as ConfigError).problems).toEqual([
    `the cluster refuses the join token of agent ${id}: it was revoked, or other keys than the cluster’s signed it. ` +
      `On the fleet’s machine make a new one (baleen join-token --id ${id}, with --nats-dir or --keys) and put it here in the place of ${file}`,
  ]);
});

it('an agent that starts with an expired token ends with when that was', async () => {
  const id = '00000000000000a2';
  const file = await server.join(id, -60);
  const { dialler } = diallerOf(id, file);
  const failure = await dialler.atStart('agent').catch((error: unknown) => error);
  expect((failure as ConfigError).problems?.[0]).toMatch(
    /token of agent 00000000000000a2: it expired at 2\d{3}-.*Z\. On the fleet/,
  );
});

it('an agent that runs says once that its token was revoked, tries on, and is back with a new one', async () => {
  const id = '00000000000000a3';
  const file = await server.join(id);
  const { dialler, said } = diallerOf(id, file);
  const connection = (await dialler.atStart('agent'))!;
  await revoke(id);
  await soon('it says so', () => said.length > 0);
  await sleep(moreAttemptsMs);
  expect(said).toEqual([
    expect.stringMatching(
      /^the cluster refuses the join token of agent 00000000000000a3: it was revoked\. On the .* needs no restart/,
    ),
  ]);
  const renewed = await admitAgent(server.keys.ring, { id, nowS: nowS(), expiresAtS: nowS() + 600 });
  await server.keys.change(renewed.ring);
  // Written over the old one, as by `baleen join-token > FILE`.
  await writeFile(file, renewed.credentials);
  await soon('it is back', () => isUp(connection));
  await connection.close();
});

it('an agent that runs says once that its token expired', async () => {
  const id = '00000000000000a4';
  const { dialler, said } = diallerOf(id, await server.join(id, 3));
  const connection = (await dialler.atStart('agent'))!;
  await soon('it says so', () => said.length > 0);
  await sleep(moreAttemptsMs);
  expect(said).toEqual([expect.stringMatching(/token of agent 00000000000000a4: it expired at 2\d{3}-/)]);
  await connection.close();
});

it('an agent whose fleet is down waits for it, and says so once', async () => {
  const id = '00000000000000a5';
  const file = await server.join(id);
  const said: string[] = [];
  const logger = silentLogger();
  logger.warn = (_: unknown, text?: unknown) => void said.push(String(text));
  const url = 'nats://127.0.0.1:1';
  const access = { url, credentialsFile: file, caFile: '', inboxName: id };
  const parts = { access, token: { id, file, url }, clock: systemClock, randomness: systemRandomness, logger };
  const dialler = new FleetDialler(parts);
  expect([await dialler.atStart('agent'), await dialler.atStart('agent')]).toEqual([undefined, undefined]);
  expect(said).toEqual([expect.stringContaining('waiting for the fleet: no nats-server answers at 127.0.0.1:1')]);
});
