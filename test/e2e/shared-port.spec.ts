import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './clients/run.ts';
import { eventually } from './eventually.ts';
import { ManagedFleet } from './product/managed-fleet.ts';

const program = fileURLToPath(new URL('../../bin/baleen', import.meta.url));
const gateways = 3;
const rounds = 5;
const goneMaxMs = 5_000;
/** State of a listening socket in /proc/net/tcp. */
const listening = '0A';

function listeners(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  return rows.map((row) => row.trim().split(/\s+/)).filter(([, at = '', , state]) => at.endsWith(local) && state === listening)
    .length;
}

describe('three gateways behind one port', () => {
  let fleet: ManagedFleet;
  let port: number;

  beforeAll(async () => {
    fleet = await ManagedFleet.open('shared', ['new'], { gateways, sharesPort: true });
    port = Number(new URL(fleet.stack.url()).port);
  });

  afterAll(() => fleet?.close());

  it('all listen there', () => {
    expect(fleet.stack.pids('api-gateway')).toHaveLength(gateways);
    expect(listeners(port)).toBe(gateways);
  });

  it('are one host to a client whose connections go to any of them', async () => {
    const docker = async (...args: string[]) => (await fleet.docker(...args)).stdout.trim();
    for (let round = 0; round < rounds; round++) {
      const name = `shared-${round}`;
      await docker('run', '-d', '--name', name, 'busybox', 'sleep', '600');
      expect(await docker('exec', name, 'echo', `said by ${name}`)).toBe(`said by ${name}`);
      expect(await docker('ps', '--format', '{{.Names}}', '--filter', `name=${name}`)).toContain(name);
      await docker('rm', '-f', name);
      expect(await docker('ps', '-aq', '--filter', `name=${name}`)).toBe('');
    }
  });

  it('go on answering when two of them are killed', async () => {
    const [, ...others] = fleet.stack.pids('api-gateway');
    for (const pid of others) process.kill(pid, 'SIGKILL');
    await eventually('they are gone', goneMaxMs, () => (others.some((pid) => existsSync(`/proc/${pid}`)) ? undefined : true));
    for (let round = 0; round < 50; round++) {
      const answer = await fetch(`${fleet.stack.url()}/_ping`, { headers: { connection: 'close' } });
      expect(answer.status).toBe(200);
    }
  });

  it('let no other fleet share it', async () => {
    const outcome = await run(program, ['manage', '--gateways', '2', '-H', `tcp://127.0.0.1:${port}`, '127.0.0.1:1'], {
      cwd: '/',
    });
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringMatching(/another baleen manage \(process \d+\)/) });
  });
});
