import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ClusterBus, callEngine, callScheduler, serveEngine, serveScheduler } from '#cluster-bus';
import { BaleenError } from '#contracts';

/** One implementation under test, fresh for each test. */
export type BusUnderTest = {
  /** Another process' handle on the same bus. */
  open(): Promise<ClusterBus>;
  /** Lets time pass until the condition holds (bounded). */
  until(holds: () => boolean): Promise<void>;
  stop(): Promise<void>;
};

const soon = { timeoutMs: 2_000 };

/** The suite that every ClusterBus passes. */
export function describeBus(name: string, start: () => Promise<BusUnderTest>): void {
  describe(`the bus (${name})`, () => {
    let under: BusUnderTest;
    let client: ClusterBus;
    let server: ClusterBus;

    beforeEach(async () => {
      under = await start();
      client = await under.open();
      server = await under.open();
    });
    afterEach(() => under.stop());

    /** The outcome of a promise while simulated or real time passes. */
    async function outcomeOf(pending: Promise<unknown>): Promise<unknown> {
      let outcome: { value: unknown } | undefined;
      pending.then(
        (value) => (outcome = { value }),
        (error: unknown) => (outcome = { value: error }),
      );
      await under.until(() => outcome !== undefined);
      return outcome?.value;
    }

    it('carries a request to whoever serves the subject, and the reply back', async () => {
      await server.serve('cmd.discovery.list', async (payload, { subject }) => ({ payload, subject }));
      const reply = await client.request('cmd.discovery.list', { a: [1, 'ü'] }, soon);
      expect(reply).toEqual({ payload: { a: [1, 'ü'] }, subject: 'cmd.discovery.list' });
    });

    it('serves wildcards', async () => {
      await server.serve('cmd.engine.*.probe', async (_, { subject }) => subject);
      expect(await client.request('cmd.engine.k1.probe', {}, soon)).toBe('cmd.engine.k1.probe');
    });

    it('keeps code, message and details of a failure', async () => {
      await server.serve('cmd.scheduler.place', async () => {
        throw new BaleenError('placement/name-taken', 'name web is taken', { details: { name: 'web' } });
      });
      const error = await outcomeOf(client.request('cmd.scheduler.place', {}, soon));
      expect(error).toBeInstanceOf(BaleenError);
      expect(error).toMatchObject({ code: 'placement/name-taken', message: 'name web is taken', details: { name: 'web' } });
    });

    it('hides a defect behind cluster/unavailable', async () => {
      await server.serve('cmd.scheduler.place', async () => {
        throw new TypeError('secret');
      });
      const error = await outcomeOf(client.request('cmd.scheduler.place', {}, soon));
      expect(error).toMatchObject({ code: 'cluster/unavailable' });
      expect(String(error)).not.toContain('secret');
    });

    it('says at once that nobody serves, with the code of the subject', async () => {
      const codes = [];
      for (const subject of ['cmd.scheduler.place', 'cmd.engine.k1.call', 'cmd.discovery.list']) {
        codes.push(((await outcomeOf(client.request(subject, {}, { timeoutMs: 60_000 }))) as BaleenError).code);
      }
      expect(codes).toEqual(['leadership/not-leader', 'engine/not-owned', 'cluster/unavailable']);
    });

    it('tells the handler how long the caller waits, and the caller when that is over', async () => {
      const deadlines: number[] = [];
      await server.serve('cmd.discovery.list', (_, { deadlineMs }) => {
        deadlines.push(deadlineMs);
        return new Promise(() => undefined);
      });
      const error = await outcomeOf(client.request('cmd.discovery.list', {}, { timeoutMs: 120 }));
      expect(error).toMatchObject({ code: 'cluster/unavailable' });
      expect(deadlines).toEqual([120]);
    });

    it('stops waiting when the caller aborts', async () => {
      await server.serve('cmd.discovery.list', () => new Promise(() => undefined));
      const abort = new AbortController();
      const pending = client.request('cmd.discovery.list', {}, { timeoutMs: 60_000, signal: abort.signal });
      abort.abort(new Error('the client left'));
      expect(await outcomeOf(pending)).toMatchObject({ message: 'the client left' });
    });

    it('answers cluster/busy beyond 256 requests in flight on a subject, and serves again afterwards', async () => {
      let release: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      await server.serve('cmd.discovery.*', (_, { subject }) =>
        subject.endsWith('list') ? gate.then(() => 'done') : Promise.resolve('free'),
      );
      const outcomes: unknown[] = [];
      const requests = Array.from({ length: 300 }, () =>
        client.request('cmd.discovery.list', {}, { timeoutMs: 60_000 }).then(
          (value) => outcomes.push(value),
          (error: BaleenError) => outcomes.push(error.code),
        ),
      );
      await under.until(() => outcomes.length === 44);
      expect(new Set(outcomes)).toEqual(new Set(['cluster/busy']));
      expect(await client.request('cmd.discovery.other', {}, soon)).toBe('free');
      release();
      await under.until(() => outcomes.length === 300);
      await Promise.all(requests);
      expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(256);
      expect(await client.request('cmd.discovery.list', {}, soon)).toBe('done');
    });

    it('ends without waiting for a handler whose caller has given up', async () => {
      const served = await server.serve('cmd.discovery.list', () => new Promise(() => undefined));
      await outcomeOf(client.request('cmd.discovery.list', {}, { timeoutMs: 100 }));
      expect(await outcomeOf(served.stop())).toBeUndefined();
    });

    it('waits at the end for what is being served, and serves nothing new', async () => {
      let release: () => void = () => undefined;
      let began = false;
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      const served = await server.serve('cmd.discovery.list', () => {
        began = true;
        return gate.then(() => 'done');
      });
      const pending = client.request('cmd.discovery.list', {}, { timeoutMs: 60_000 });
      await under.until(() => began);
      const stopped = served.stop();
      release();
      await stopped;
      expect(await pending).toBe('done');
      await under.until(() => true);
      expect(await outcomeOf(client.request('cmd.discovery.list', {}, soon))).toMatchObject({ code: 'cluster/unavailable' });
    });

    it('delivers what is published in order to every subscriber, and nothing after stop', async () => {
      const seen: string[] = [];
      const watched: string[] = [];
      const subscription = server.subscribe('event.*', (subject, payload) =>
        seen.push(`${subject} ${new TextDecoder().decode(payload)}`),
      );
      client.subscribe('event.k1', (_, payload) => watched.push(new TextDecoder().decode(payload)));
      await server.serve('cmd.discovery.ready', async () => true);
      await client.request('cmd.discovery.ready', {}, soon);
      const texts = Array.from({ length: 100 }, (_, i) => String(i));
      for (const text of texts) client.publish('event.k1', new TextEncoder().encode(text));
      await under.until(() => seen.length === 100 && watched.length === 100);
      expect(seen).toEqual(texts.map((text) => `event.k1 ${text}`));
      expect(watched).toEqual(texts);
      subscription.stop();
      client.publish('event.k1', new TextEncoder().encode('late'));
      await under.until(() => watched.length === 101);
      expect(seen).toHaveLength(100);
    });

    it('delivers parts as one payload, as they were when they were published, in order with what else is sent', async () => {
      const seen: string[] = [];
      client.subscribe('event.k1', (_, payload) => seen.push(new TextDecoder().decode(payload)));
      await server.serve('cmd.discovery.ready', async () => true);
      await client.request('cmd.discovery.ready', {}, soon);
      const part = new Uint8Array(1);
      for (let i = 0; i < 6; i++) {
        part.fill('a'.charCodeAt(0) + i);
        client.publish('event.k1', [Buffer.from(`${i}`), part]);
        if (i === 2) void client.request('cmd.discovery.ready', {}, soon);
      }
      client.publish('event.k1', []);
      client.publish('event.k1', [Buffer.alloc(300_000, 'x'), part]);
      await under.until(() => seen.length === 8);
      expect(seen).toEqual(['0a', '1b', '2c', '3d', '4e', '5f', '', `${'x'.repeat(300_000)}f`]);
    });

    describe('typed commands', () => {
      it('carry contract requests both ways, defaults filled in', async () => {
        const asked: unknown[] = [];
        await serveScheduler(server, 'release', async (request) => {
          asked.push(request);
          return { released: true };
        });
        await serveEngine(server, 'k1', {
          refresh: async (request) => {
            asked.push(request);
            return { sequence: 7 };
          },
        });
        expect(await callScheduler(client, 'release', { operation: 'o1', reason: 'test' }, soon)).toEqual({ released: true });
        expect(await callEngine(client, 'k1', 'refresh', { touched: { containers: ['c1'] } }, soon)).toEqual({ sequence: 7 });
        expect(asked).toEqual([
          { operation: 'o1', reason: 'test' },
          { touched: { containers: ['c1'], images: false, networks: false, volumes: false } },
        ]);
      });

      it('refuse what breaks the contract on both ends', async () => {
        await serveScheduler(server, 'release', async () => ({ released: true }));
        const unsent = callScheduler(client, 'release', { operation: 1 } as never, soon);
        expect(await outcomeOf(unsent)).toMatchObject({ code: 'request/invalid' });
        const sent = client.request('cmd.scheduler.release', { operation: 1 }, soon);
        expect(await outcomeOf(sent)).toMatchObject({ code: 'request/invalid' });
      });

      it('of an engine that its owner does not know are refused as of an older version', async () => {
        await serveEngine(server, 'k1', { refresh: async () => ({ sequence: 7 }) });
        const unserved = callEngine(client, 'k1', 'probe', {}, soon);
        expect(await outcomeOf(unserved)).toMatchObject({
          code: 'cluster/unavailable',
          message: expect.stringContaining('no probe'),
        });
        const unknown = client.request('cmd.engine.k1.toString', {}, soon);
        expect(await outcomeOf(unknown)).toMatchObject({ code: 'cluster/unavailable' });
      });
    });

    it('takes no requests after it was closed', async () => {
      await client.close();
      await client.close();
      expect(await outcomeOf(client.request('cmd.discovery.list', {}, soon))).toMatchObject({ code: 'cluster/unavailable' });
    });
  });
}
