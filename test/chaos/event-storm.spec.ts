import { expect, it } from 'vitest';
import { measureEventStorm, stormLines } from '../bench/event-storm.bench.ts';

const eventsPerSecond = 1_000;
const seconds = 8;
/** What V8 takes before it collects, of lines of half a kilobyte; kept for ever, they would be ten times that in the 30 s. */
const rssGrowthMaxMib = 200;
/** On a machine that other tests share the ends of a distribution say nothing; its middle does. */
const slowerAtMost = 4;
const latencyFloorMs = 10;

it('passes 1,000 events a second of one engine on without growing, and keeps nobody waiting', async () => {
  const figures = await measureEventStorm(eventsPerSecond, seconds);
  for (const line of stormLines(figures)) process.stdout.write(`${line}\n`);
  expect(figures.heard).toBe(eventsPerSecond * seconds);
  expect(figures.heardOverMs).toBeLessThan(seconds * 1_000 + 2_000);
  expect(figures.rssPeakMib - figures.rssBeforeMib).toBeLessThan(rssGrowthMaxMib);
  const bearableMs = Math.max(latencyFloorMs, figures.calmMs[0]) * slowerAtMost;
  expect(figures.othersMs[0]).toBeLessThan(bearableMs);
  expect(figures.ownMs[0]).toBeLessThan(bearableMs);
});
