import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DirectTransport } from '#docker-api';
import { silentLogger, systemClock } from '#service-shell';
import { checkDaemon } from './daemon-check.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baleen-daemon-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What an agent on host edge-1 says of a daemon that calls its host so; `undefined` = nobody listens. */
async function saidOf(name: string | undefined): Promise<unknown[][]> {
  const path = join(folder, 'docker.sock');
  const server = createServer((_, response) => response.end(JSON.stringify({ Name: name })));
  if (name !== undefined) await once(server.listen(path), 'listening');
  const said: unknown[][] = [];
  const logger = silentLogger();
  logger.warn = (...words: unknown[]) => void said.push(words);
  const transport = new DirectTransport(systemClock);
  await checkDaemon({ address: { kind: 'unix', path }, shown: `unix://${path}`, transport, host: 'edge-1', logger });
  server.close();
  return said;
}

it('says nothing of a daemon of the same host', async () => {
  expect(await saidOf('edge-1')).toEqual([]);
});

it('warns that ports of a daemon elsewhere are not reached', async () => {
  const [[, text] = []] = await saidOf('edge-2');
  expect(text).toMatch(/^this agent runs on host edge-1, its Docker daemon on edge-2: ports .* network_mode: host\)$/);
});

it('says of a daemon that is not there its name, the reason and what to do, without an error that brings its stack', async () => {
  const [[facts, text] = []] = await saidOf(undefined);
  expect(facts).toEqual({ engine: `unix://${folder}/docker.sock` });
  expect(text).toMatch(/^the Docker daemon does not answer yet: .*docker\.sock.*\. Start it, or name another with --engine; /);
});
