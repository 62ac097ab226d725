import { expect, it } from 'vitest';
import { BaleenError, type ErrorCode } from '#contracts';
import { ManualClock } from '#testing';
import { held } from './held.ts';

const failing = (code: ErrorCode, times: number) => {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls <= times) throw new BaleenError(code, code);
    return calls;
  };
};

it('tries again until somebody leads', async () => {
  const clock = new ManualClock();
  const done = held(failing('leadership/not-leader', 3), { clock, isIdempotent: false });
  await clock.advanceSettling(2_000);
  expect(await done).toBe(4);
});

it('gives up after 15 s with the last failure', async () => {
  const clock = new ManualClock();
  const outcome = Promise.allSettled([held(failing('engine/not-owned', 1_000), { clock, isIdempotent: false })]);
  await clock.advanceSettling(16_000);
  expect(await outcome).toMatchObject([{ status: 'rejected', reason: { code: 'engine/not-owned' } }]);
});

it('repeats what may have been done only when that is harmless', async () => {
  const clock = new ManualClock();
  await expect(held(failing('cluster/unavailable', 1), { clock, isIdempotent: false })).rejects.toThrow('cluster/unavailable');
  const done = held(failing('cluster/unavailable', 1), { clock, isIdempotent: true });
  await clock.advanceSettling(1_000);
  expect(await done).toBe(2);
});

it('does not repeat a refusal', async () => {
  const clock = new ManualClock();
  await expect(held(failing('placement/name-taken', 1), { clock, isIdempotent: true })).rejects.toThrow('placement/name-taken');
});
