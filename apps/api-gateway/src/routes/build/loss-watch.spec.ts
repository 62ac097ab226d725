import { expect, it } from 'vitest';
import { engineIdentity, engineRecord, ManualClock } from '#testing';
import { FleetView } from '../../fleet-view/fleet-view.ts';
import { watchForLoss } from './loss-watch.ts';

function scene() {
  const clock = new ManualClock();
  const fails = (subject: string, error: unknown) => {
    throw new Error(subject, { cause: error });
  };
  const view = new FleetView(fails, () => clock.nowMs());
  let sequence = 0;
  const put = (subject: string, record: unknown) => {
    sequence += 1;
    view.apply({ subject, sequence, payload: Buffer.from(JSON.stringify(record)) } as never);
  };
  const report = (state: 'healthy' | 'unhealthy') =>
    put('engine.k.info', engineRecord('k', { address: 'a:1', state, reason: 'no answer', identity: engineIdentity('node-1') }));
  put('lease.engine.k', { holder: 'm' });
  put('member.k', { key: 'k', address: 'a:1', source: 'nodes' });
  report('healthy');
  return { clock, report, watch: watchForLoss(() => view, clock, 'k') };
}

it('takes an engine for lost after 30 s of silence, with the reason', () => {
  const { clock, report, watch } = scene();
  clock.advance(5_000);
  report('unhealthy');
  clock.advance(30_000);
  expect(watch.lost.aborted).toBe(false);
  clock.advance(2_000);
  expect(watch.lost.reason).toMatchObject({ code: 'engine/unhealthy', message: 'node node-1 fell silent: no answer' });
  expect(clock.pending).toBe(0);
});

it('forgives a silence that ends, and stops when told', () => {
  const { clock, report, watch } = scene();
  report('unhealthy');
  clock.advance(25_000);
  report('healthy');
  clock.advance(2_000);
  report('unhealthy');
  clock.advance(20_000);
  expect(watch.lost.aborted).toBe(false);
  watch.stop();
  expect(clock.pending).toBe(0);
});
