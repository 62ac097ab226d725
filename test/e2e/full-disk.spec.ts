import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { run } from './clients/run.ts';
import { eventually } from './eventually.ts';
import { freePort } from './product/free-port.ts';

const program = fileURLToPath(new URL('../../bin/baleen', import.meta.url));
const diskMb = 160;
const startedMaxMs = 60_000;
const stuckMaxMs = 60_000;
const wellMaxMs = 60_000;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A fleet without engines, whose nats-server has a small disk of its own; `disk` is how we see it. */
async function manageOnSmallDisk() {
  const folder = mkdtempSync(join(tmpdir(), 'baleen-disk-'));
  const host = `tcp://127.0.0.1:${await freePort()}`;
  const manage = `${program} manage -H ${host} --nats-dir ${folder}/nats nodes://127.0.0.1:1`;
  const ofItsOwn = `mount -t tmpfs -o size=${diskMb}m tmpfs ${folder} && exec ${manage}`;
  const process = spawn('unshare', ['--mount', 'sh', '-c', ofItsOwn], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  process.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  undo.push(async () => {
    const gone = once(process, 'exit');
    process.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  });
  return { host, disk: `/proc/${process.pid}/root${folder}`, said: () => said };
}

/** What `baleen doctor` finds wrong with NATS. */
async function natsProblems(host: string): Promise<string[]> {
  const { stdout } = await run(program, ['doctor', '-H', host, '--json'], { cwd: '/' });
  const findings = JSON.parse(stdout) as { readonly level: string; readonly what: string }[];
  return findings.filter(({ level, what }) => level === 'problem' && /NATS|gateway/.test(what)).map(({ what }) => what);
}

async function fill(file: string): Promise<void> {
  const block = Buffer.alloc(1024 * 1024);
  const blocks = Readable.from(Array.from({ length: diskMb }, () => block));
  await expect(pipeline(blocks, createWriteStream(file))).rejects.toMatchObject({ code: 'ENOSPC' });
}

it('a nats-server of manage whose disk was full takes writes again once there is room, without anybody’s help', async () => {
  const { host, disk, said } = await manageOnSmallDisk();
  const isWell = async () => ((await natsProblems(host)).length === 0 ? true : undefined);
  await eventually('it is well', startedMaxMs, isWell);

  const ballast = join(disk, 'ballast');
  await fill(ballast);
  await eventually('its writes fail', stuckMaxMs, async () => ((await natsProblems(host)).length > 0 ? true : undefined));

  rmSync(ballast);
  await eventually('it is well again', wellMaxMs, isWell);
  expect(said()).toContain('nats-server was full and has room again, but the server takes no writes since: it is started again');
});
