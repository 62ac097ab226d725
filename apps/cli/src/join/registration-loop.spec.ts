import { expect, it } from 'vitest';
import { BaleenError } from '#contracts';
import { createLogger } from '#service-shell';
import { ManualClock } from '#testing';
import { keepRegistered } from './registration-loop.ts';

/** A registry and a daemon whose mood the test sets; what happened, with the second it happened at. */
class Stage {
  readonly clock = new ManualClock(0);
  readonly happened: string[] = [];
  readonly #stop = new AbortController();
  daemonFails = false;
  storeFails = false;

  start(delayMs = 0): Promise<void> {
    const note = (what: string) => this.happened.push(`${this.clock.monotonicMs() / 1_000} ${what}`);
    const destination = { write: (line: string) => note((JSON.parse(line) as { msg: string }).msg) };
    return keepRegistered(
      {
        registry: {
          register: async (address, ttlMs) => {
            if (this.storeFails) throw new BaleenError('discovery/unavailable', 'store is away');
            note(`+${address} ${ttlMs}`);
          },
          deregister: async (address) => {
            if (this.storeFails) await new Promise(() => undefined);
            note(`-${address}`);
          },
          close: async () => undefined,
        },
        address: 'h:1',
        discovery: 'etcd://s',
        delayMs,
        heartbeatMs: 10_000,
        ttlMs: 30_000,
        checkDaemon: async () => {
          if (this.daemonFails) throw new BaleenError('engine/unreachable', 'no daemon');
        },
        clock: this.clock,
        randomness: { hex: () => '', fraction: () => 0.5 },
        logger: createLogger('join', 'join', 'info', destination),
      },
      this.#stop.signal,
    );
  }

  stop(): void {
    this.#stop.abort();
  }
}

const announced = 'Registering on the discovery service every 10s...';

it('registers after a random delay and with each heartbeat, and de-registers at the end', async () => {
  const stage = new Stage();
  const running = stage.start(8_000);
  await stage.clock.advanceSettling(20_000);
  stage.stop();
  await running;
  expect(stage.happened).toEqual([
    '0 Add a random delay 4s to avoid synchronized registration',
    `4 ${announced}`,
    '4 +h:1 30000',
    `14 ${announced}`,
    '14 +h:1 30000',
    '20 -h:1',
    '20 De-registered from the discovery service',
  ]);
});

it('does not register while the daemon does not answer, and says why', async () => {
  const stage = new Stage();
  stage.daemonFails = true;
  void stage.start();
  await stage.clock.advanceSettling(5_000);
  stage.daemonFails = false;
  await stage.clock.advanceSettling(5_000);
  stage.stop();
  await stage.clock.advanceSettling(0);
  expect(stage.happened.slice(0, 3)).toEqual(['0 Not registering: no daemon', `10 ${announced}`, '10 +h:1 30000']);
});

it('goes on through an outage of the store, which also does not keep it from ending', async () => {
  const stage = new Stage();
  stage.storeFails = true;
  const running = stage.start();
  await stage.clock.advanceSettling(10_000);
  stage.stop();
  await stage.clock.advanceSettling(3_000);
  await running;
  expect(stage.happened).toEqual([
    `0 ${announced}`,
    '0 store is away',
    `10 ${announced}`,
    '10 store is away',
    '13 Not de-registered, the entry ends with its TTL: no answer within 3000 ms',
  ]);
});
