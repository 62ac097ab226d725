import { expect, it } from 'vitest';
import { SharedRun } from './shared-run.ts';

it('makes one run of all calls that come while another runs', async () => {
  const ends: ((value: number) => void)[] = [];
  const shared = new SharedRun(() => new Promise<number>((resolve) => ends.push(resolve)));
  const first = shared.run();
  const later = [shared.run(), shared.run(), shared.run()];
  ends[0]!(1);
  expect(await first).toBe(1);
  await Promise.resolve();
  ends[1]!(2);
  expect(await Promise.all(later)).toEqual([2, 2, 2]);
  expect([ends.length, shared.idle]).toEqual([2, true]);
});

it('runs again for those who waited behind a run that failed', async () => {
  let runs = 0;
  const shared = new SharedRun(async () => {
    runs += 1;
    if (runs === 1) throw new Error('engine away');
    return runs;
  });
  const first = shared.run();
  const second = shared.run();
  await expect(first).rejects.toThrow('engine away');
  expect(await second).toBe(2);
});
