import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../e2e/clients/run.ts';
import { eventually } from '../e2e/eventually.ts';
import { freePort } from '../e2e/product/free-port.ts';
import { ClientBed } from './bed/client-bed.ts';

const isLong = process.env['BALEEN_LONG'] === '1';
const sessions = isLong ? 20 : 3;
const engines = 3;
/** Killed after this, so that a session that hangs says how far it came, and the bed is left empty. */
const sessionMaxMs = isLong ? 600_000 : 150_000;
/** The reaper waits 10 s for its clients to come back, then removes. */
const reapedMaxMs = 90_000;
/** Baleen starts and stops too. */
const testMaxMs = sessionMaxMs + reapedMaxMs + 150_000;

type Shape = {
  readonly what: string;
  readonly flags: (address: string) => readonly string[];
  /** Each session brings a reaper of its own; otherwise they share the first one, as runs of one user do. */
  readonly ownReaper: boolean;
};

const shapes: readonly Shape[] = [
  { what: 'whose reapers see the engine of their session', flags: () => [], ownReaper: true },
  {
    what: 'that share one reaper, which sees the fleet',
    flags: (address) => ['--docker-socket', address, '-H', address, '--insecure-no-auth'],
    ownReaper: false,
  },
];

/** Runs of Testcontainers that end without cleaning up: what is gone afterwards, the reaper removed. */
describe.each(shapes.filter(({ ownReaper }) => isLong || ownReaper))(
  'sessions of Testcontainers $what',
  ({ flags, ownReaper }) => {
    it(
      `work in parallel, ${sessions} over ${engines} engines, and leave nothing`,
      async () => {
        const port = await freePort();
        const fleet = await ClientBed.open({
          engines,
          flags: (bed) => ['--publish', 'gateway', ...flags(`tcp://${bed.gateway}:${port}`)],
        });
        const folder = mkdtempSync(join(tmpdir(), 'baleen-tcs-'));
        try {
          const started = performance.now();
          const outcomes = await Promise.all(
            Array.from({ length: sessions }, () => session(fleet.stack.host(), { ownReaper, folder })),
          );
          const tookMs = performance.now() - started;
          for (const { stdout, stderr } of outcomes) expect(stdout, stderr).toMatch(/^greeted node-/);
          const nodes = new Set(outcomes.map(({ stdout }) => stdout.trim()));
          // One reaper is one session to Testcontainers, and a session stays on one engine: it connects containers to networks after it made them.
          expect(nodes.size, 'engines that sessions ran on').toSatisfy((count: number) => (ownReaper ? count > 1 : count === 1));
          await eventually('the reapers have removed everything', reapedMaxMs, async () => {
            const left = await fleet.leftOvers();
            if (left.length > 0) throw new Error(left.join('\n'));
            return true;
          });
          console.log(`${sessions} sessions on ${nodes.size} engines in ${(tookMs / 1_000).toFixed(1)} s; nothing left`);
        } finally {
          rmSync(folder, { recursive: true, force: true });
          await fleet.close();
        }
      },
      testMaxMs,
    );
  },
);

/** `folder`: where the lock lies under which sessions agree on a reaper. */
function session(host: string, { ownReaper, folder }: { readonly ownReaper: boolean; readonly folder: string }) {
  const lock = ownReaper ? mkdtempSync(join(folder, 'own-')) : folder;
  return run(process.execPath, ['test/clients/bed/session.process.ts'], {
    timeoutMs: sessionMaxMs,
    env: {
      ...process.env,
      DOCKER_HOST: host,
      TMPDIR: lock,
      // A reaper with this label is nobody else's: the label is Testcontainers' own, for its tests of the reaper.
      ...(ownReaper ? { TESTCONTAINERS_RYUK_TEST_LABEL: 'true' } : {}),
    },
  });
}
