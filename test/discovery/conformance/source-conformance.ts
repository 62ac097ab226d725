import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MemoryLogModel, openMemoryLog } from '#cluster-log';
import { engineKey, subjects } from '#contracts';
import type { DiscoveryRegistry, DiscoverySource } from '#discovery-sources';
import { silentLogger, systemClock } from '#service-shell';
import { MemberKeeper } from '../../../apps/discovery/src/membership/member-keeper.ts';
import { printFigure } from './figures.ts';
import { Reading } from './reading.ts';

/** One backend on real servers, with a list of its own that the test writes. */
export type Stage = {
  readonly open: () => DiscoverySource;
  /** The backend's list becomes exactly these entries, bad ones included. */
  readonly write: (entries: readonly string[]) => Promise<void>;
  /** Absent where an entry cannot be bad. */
  readonly badEntry?: { readonly entry: string; readonly error: RegExp };
  /** The place that holds the list goes away without warning and comes back with what it held. */
  readonly outage?: { readonly begin: () => Promise<void>; readonly end: () => Promise<void> };
  /** Absent where engines are not registered; a new one each time, as a new agent would have. */
  readonly openRegistry?: () => DiscoveryRegistry;
  readonly close: () => Promise<void>;
};

const ttlMs = 2_000;
const lateMs = 300;

type Feature = 'badEntry' | 'outage' | 'openRegistry';

/** What every backend of discovery promises, but for what it lacks; run by each one's spec against servers that the test starts. */
export function describeSource(name: string, openStage: () => Promise<Stage>, lacking: readonly Feature[] = []): void {
  const itWith = (...features: Feature[]) => (features.some((feature) => lacking.includes(feature)) ? () => undefined : it);
  describe(`a ${name} discovery`, () => {
    let stage: Stage;
    const undo: (() => Promise<unknown> | unknown)[] = [];
    const reading = () => {
      const started = new Reading(stage.open());
      undo.push(() => started.stop());
      return started;
    };
    const registry = () => {
      const opened = stage.openRegistry?.();
      if (opened === undefined) throw new Error('this backend has no registry');
      undo.push(() => opened.close());
      return opened;
    };

    beforeAll(async () => {
      stage = await openStage();
    });
    afterEach(async () => {
      for (const step of undo.splice(0).reverse()) await step();
      await stage.write([]);
    });
    afterAll(() => stage?.close());

    it('lists what is there at the start, then what comes and goes, as it happens', async () => {
      await stage.write(['a:1', '[::1]:2']);
      const seen = reading();
      const first = await seen.shows('a:1', '[::1]:2');
      await stage.write(['a:1', '[::1]:2', 'b:1']);
      const added = await seen.shows('a:1', '[::1]:2', 'b:1');
      await stage.write(['a:1', 'b:1']);
      const removed = await seen.shows('a:1', 'b:1');
      expect(seen.errors).toEqual([]);
      printFigure(`${name}: first list ${first.toFixed(0)} ms, added ${added.toFixed(0)} ms, removed ${removed.toFixed(0)} ms`);
    });

    it('takes an engine that changed its address out before it takes it in', async () => {
      await stage.write(['a:1']);
      const log = openMemoryLog(new MemoryLogModel({ clock: systemClock }), 'conformance');
      const changes: string[] = [];
      log.follow([subjects.member('*')], {
        onEntry: ({ subject, payload }) => changes.push(`${payload === undefined ? '-' : '+'}${subject}`),
      });
      const options = { log, clock: systemClock, logger: silentLogger(), instance: 'd', leaseTtlMs: 5_000 };
      const keeper = new MemberKeeper({ ...options, sources: [stage.open()] });
      undo.push(() => keeper.stop());
      const member = (address: string) => subjects.member(engineKey(address));
      await expect.poll(() => changes, { timeout: 15_000 }).toEqual([`+${member('a:1')}`]);
      await stage.write(['b:1']);
      await expect.poll(() => changes.slice(1), { timeout: 15_000 }).toEqual([`-${member('a:1')}`, `+${member('b:1')}`]);
    });

    itWith('badEntry')('names a bad entry and lists the good ones beside it', async () => {
      const bad = stage.badEntry ?? { entry: '', error: /./ };
      await stage.write(['a:1', bad.entry, 'b:1']);
      const seen = reading();
      await seen.shows('a:1', 'b:1');
      await seen.says(bad.error);
      await stage.write(['a:1', bad.entry, 'c:1']);
      await seen.shows('a:1', 'c:1');
      expect(seen.errors).toHaveLength(1);
    });

    itWith('outage')(
      'keeps its list while the place it is read from is down, and sees changes again as soon as that is back',
      async () => {
        await stage.write(['a:1', 'b:1']);
        const seen = reading();
        await seen.shows('a:1', 'b:1');
        await stage.outage?.begin();
        await seen.says(/./);
        expect(seen.lists).toHaveLength(1);
        await stage.outage?.end();
        await stage.write(['a:1', 'c:1']);
        const back = await seen.shows('a:1', 'c:1');
        printFigure(`${name}: ${back.toFixed(0)} ms from the first change after an outage until it was seen`);
        expect(seen.lists.every((list) => list.includes('a:1'))).toBe(true);
      },
    );

    itWith('outage')('starts while the place it is read from is down', async () => {
      await stage.write(['a:1']);
      await stage.outage?.begin();
      const seen = reading();
      await seen.says(/./);
      expect(seen.lists).toEqual([]);
      await stage.outage?.end();
      await seen.shows('a:1');
    });

    itWith('openRegistry')(
      'lists what is registered until its time is over, and takes it off at once when it is de-registered',
      async () => {
        const seen = reading();
        await seen.shows();
        const agent = registry();
        await agent.register('a:1', 60_000);
        await agent.register('b:1', ttlMs);
        await seen.shows('a:1', 'b:1');
        await agent.register('b:1', ttlMs);
        const expired = await seen.shows('a:1');
        expect(expired).toBeGreaterThan(ttlMs - lateMs);
        await agent.deregister('a:1');
        const left = await seen.shows();
        printFigure(`${name}: TTL ${ttlMs} ms ended after ${expired.toFixed(0)} ms, de-registered within ${left.toFixed(0)} ms`);
      },
    );

    itWith('openRegistry', 'outage')(
      'registers again by itself, and with the next heartbeat at the latest, when the store was down',
      async () => {
        const agent = registry();
        await agent.register('a:1', 60_000);
        await stage.outage?.begin();
        await expect(agent.register('a:1', 60_000)).rejects.toMatchObject({ code: 'discovery/unavailable' });
        await stage.outage?.end();
        await expect
          .poll(
            () =>
              agent.register('a:1', 60_000).then(
                () => true,
                () => false,
              ),
            { timeout: 15_000 },
          )
          .toBe(true);
        const seen = reading();
        await seen.shows('a:1');
        await agent.deregister('a:1');
        await seen.shows();
      },
    );

    itWith('openRegistry')('keeps an engine listed while its agent is replaced by another', async () => {
      const seen = reading();
      await seen.shows();
      await registry().register('a:1', 60_000);
      await seen.shows('a:1');
      const next = registry();
      await next.register('a:1', 60_000);
      await next.register('b:1', 60_000);
      await seen.shows('a:1', 'b:1');
      expect(seen.lists.slice(1).every((list) => list.includes('a:1'))).toBe(true);
      await next.deregister('a:1');
      await next.deregister('b:1');
      await seen.shows();
    });
  });
}
