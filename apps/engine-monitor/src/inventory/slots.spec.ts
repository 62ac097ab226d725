import { expect, it } from 'vitest';
import { Slots } from './slots.ts';

it('runs so many at once, lets so many wait, and refuses the rest', async () => {
  const slots = new Slots(2, 1);
  const ends: (() => void)[] = [];
  const job = () => new Promise<void>((resolve) => ends.push(resolve));
  const taken = [slots.use(job), slots.use(job), slots.use(job)];
  await expect(slots.use(job)).rejects.toMatchObject({ code: 'cluster/busy' });
  expect(ends.length).toBe(2);
  ends[0]!();
  await taken[0];
  await new Promise(setImmediate);
  expect(ends.length).toBe(3);
  for (const end of ends) end();
  await Promise.all(taken);
});
