import { afterAll, beforeAll, expect, it } from 'vitest';
import { addressOf, DiffBed } from '../diff/hosts.ts';
import { fuzz } from '../fuzz/fuzz.ts';
import { leaks } from '../fuzz/verdict/leaks.ts';
import type { Stack } from './product/stack.ts';

/** A slice of `npm run test:fuzz`, some 20 s long; the seed never changes, so that a failure is the change's. */
const seed = 1;
const requests = 300;
let bed: DiffBed;
let stack: Stack;

beforeAll(async () => {
  bed = await DiffBed.open('new', 'three');
  stack = await bed.baleen();
});

afterAll(async () => {
  await stack?.stop();
  await bed?.close();
});

it('random requests get no 5xx that a bare engine would not give, hang nowhere and leak nothing', async () => {
  const [gatewayPid = 0] = stack.pids('api-gateway');
  const outcome = await fuzz({ seed, requests, bare: bed.bare.address, baleen: addressOf(stack), gatewayPid });
  process.stdout.write(
    `fuzz: seed ${seed}, ${requests} requests, warm ${JSON.stringify(outcome.warm)}, end ${JSON.stringify(outcome.end)}\n`,
  );
  expect(outcome.faults).toEqual([]);
  expect(leaks(outcome.warm, outcome.end)).toEqual([]);
});
