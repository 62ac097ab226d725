import { beforeEach, describe, expect, it } from 'vitest';
import type { ObjectRecord } from '#contracts';
import { containerFacts, singleRecords } from '#testing';
import { RecordPublisher } from './record-publisher.ts';
import { standingRecords } from './standing-records.ts';
import { entryIn, WrittenLog } from './written-log.builders.ts';

const containers = 'engine.e1.container.';
const [one, two, volume] = [`${containers}1`, `${containers}2`, 'engine.e1.volume.1'];
/** The record under a subject, with this as list entry. */
const saying = (subject: string, entry: string): ObjectRecord => ({
  kind: 'container',
  epoch: 1,
  facts: containerFacts(subject.slice(containers.length)),
  summary: Buffer.from(entry),
});
/** Longer than any tombstone that does not last. */
const longMs = 600_000;

let log: WrittenLog;
let records: RecordPublisher;

beforeEach(() => {
  log = new WrittenLog();
  records = new RecordPublisher(log.writer);
});

/** A reading of so many containers; each says `text`. */
const reading = (count: number, text = 'a') =>
  new Map(
    Array.from({ length: count }, (_, index) => `${containers}${index}`).map((subject) => [
      subject,
      saying(subject, `${text} of ${subject.slice(containers.length)}`),
    ]),
  );
const publish = (found: ReadonlyMap<string, ObjectRecord>) => records.replace(containers, found, records.stamp());
const batches = async () => [...(await standingRecords(log.log, 'e1')).batches.values()].map((subjects) => subjects.length);
/** List entries by subject. */
const texts = (found: ReadonlyMap<string, Uint8Array | ObjectRecord>) =>
  Object.fromEntries(
    [...found].map(([subject, said]) => [subject, said instanceof Uint8Array ? entryIn(said) : said.summary.toString()]),
  );

describe('publishing what was read from an engine', () => {
  it('writes only what differs', async () => {
    await records.put(one, saying(one, 'aa'), records.stamp());
    await records.put(one, saying(one, 'aa'), records.stamp());
    await records.put(one, saying(one, 'bb'), records.stamp());
    expect(log.lines).toEqual([`${one}=aa`, `${one}=bb`]);
    expect(records.sequence).toBe(log.model.lastSequence);
  });

  it('tells who waits when a record leaves, and behind what it stands then', async () => {
    const isLater = records.sendings.next(one, 3).left;
    const writes = ['aa', 'bb', 'cc'].map((text) => records.put(one, saying(one, text), records.stamp()));
    const heard = records.sendings.next(one, 2);
    heard.cancel();
    await Promise.all(writes);
    expect(await isLater).toBe(log.told.at(-2)?.sequence);
    expect(await Promise.race([heard.left, 'never'])).toBe('never');
  });

  it('tells nobody of a record where it is not known what the log has', async () => {
    log.refusal = () => new Error('no log');
    await expect(records.put(one, saying(one, 'aa'), records.stamp())).rejects.toThrow('no log');
    log.refusal = () => undefined;
    const { left } = records.sendings.next(one, records.stamp());
    await records.put(one, saying(one, 'aa'), records.stamp());
    expect(await Promise.race([left, 'never'])).toBe('never');
  });

  it('removes what a whole reading no longer has, of its kind only', async () => {
    await records.put(one, saying(one, 'aa'), records.stamp());
    await records.put(volume, saying(volume, 'aa'), records.stamp());
    await publish(new Map([[two, saying(two, 'nn')]]));
    expect(log.lines.slice(2)).toEqual([`${one} deleted`, `${two}=nn`]);
  });

  it('never lets an older whole reading bring what a newer one has not found, though the log never had it', async () => {
    const older = records.stamp();
    await publish(new Map([[two, saying(two, 'nn')]]));
    await records.replace(containers, new Map([one, two].map((subject) => [subject, saying(subject, 'oo')])), older);
    await records.replace('engine.e1.volume.', new Map([[volume, saying(volume, 'vv')]]), older);
    expect(log.lines).toEqual([`${two}=nn`, `${volume}=vv`]);
  });

  it('never lets an older reading overwrite or revive what a newer one said', async () => {
    const resync = records.stamp();
    await records.put(one, saying(one, 'exited'), records.stamp());
    await records.put(two, saying(two, 'xx'), records.stamp());
    await records.remove(two, records.stamp());
    const neverThere = `${containers}never-there`;
    await records.remove(neverThere, records.stamp());
    const old = new Map([...reading(20)].concat([one, two, neverThere].map((subject) => [subject, saying(subject, 'running')])));
    await records.replace(containers, old, resync);
    expect(texts(log.records)).toMatchObject({ [one]: 'exited' });
    expect([two, neverThere].filter((subject) => log.records.has(subject))).toEqual([]);
  });

  it('removes records that an earlier owner left and the engine does not hold', async () => {
    await publish(new Map([...reading(1), [two, saying(two, 'aa')]]));
    const next = new RecordPublisher(log.writer);
    next.adopt(await log.writer.standing());
    await next.replace(containers, reading(1, 'b'), next.stamp());
    expect(texts(log.records)).toEqual({ [`${containers}0`]: 'b of 0' });
  });

  it('writes again after a write that failed', async () => {
    log.refusal = () => new Error('no log');
    await expect(records.put(one, saying(one, 'aa'), records.stamp())).rejects.toThrow('no log');
    await expect(publish(reading(20))).rejects.toThrow('no log');
    log.refusal = () => undefined;
    await publish(reading(20));
    expect(texts(log.records)).toEqual(texts(reading(20)));
  });
});

describe('records of a whole reading', () => {
  it('are written in one message, single changes alone', async () => {
    await publish(reading(100));
    expect(await batches()).toEqual([100]);
    await records.put(one, saying(one, 'changed'), records.stamp());
    await records.remove(two, records.stamp());
    const expected = texts(new Map([...reading(100), [one, saying(one, 'changed')]]));
    delete expected[two];
    expect(texts(await log.afresh())).toEqual(expected);
    expect(texts(log.records)).toEqual(expected);
  });

  it('larger than a message may be are written in several', async () => {
    const large = new Map([...reading(20)].map(([subject]) => [subject, saying(subject, subject.repeat(5_000))]));
    await publish(large);
    expect(await batches()).toEqual([3, 3, 3, 3, 3, 3, 2]);
    expect(texts(await log.afresh())).toEqual(texts(large));
  });

  it('stay deleted as long as their batch stands', async () => {
    await publish(reading(20));
    await records.remove(one, records.stamp());
    records.forgetDeleted(records.stamp());
    log.clock.advance(longMs);
    expect((await log.afresh()).has(one)).toBe(false);
  });

  it('deleted by another owner stay deleted too', async () => {
    await publish(reading(20));
    const next = new RecordPublisher(log.writer);
    next.adopt(await log.writer.standing());
    await next.remove(one, next.stamp());
    log.clock.advance(longMs);
    expect((await log.afresh()).has(one)).toBe(false);
  });
});

describe('a tidied log', () => {
  /** All of 40 were changed one by one, and 10 of them removed: whoever starts reads twice what there is. */
  async function scatter(): Promise<Map<string, ObjectRecord>> {
    await publish(reading(40));
    for (const [subject, record] of reading(40, 'b')) await records.put(subject, record, records.stamp());
    for (const subject of reading(10).keys()) await records.remove(subject, records.stamp());
    return new Map([...reading(40, 'b')].slice(10));
  }

  it('has all in one batch, and told nobody anything new', async () => {
    const expected = await scatter();
    expect(records.isScattered).toBe(true);
    const told = log.told.length;
    await records.tidy();
    expect(records.isScattered).toBe(false);
    expect(await batches()).toEqual([30]);
    const known = new Map(
      log.told
        .slice(0, told)
        .flatMap(singleRecords)
        .map(({ subject, sequence }) => [subject, sequence]),
    );
    const again = log.told
      .slice(told)
      .flatMap(singleRecords)
      .filter(({ payload }) => payload !== undefined);
    expect(again).toHaveLength(30);
    for (const { subject, sequence } of again) expect(sequence).toBe(known.get(subject));
    log.clock.advance(longMs);
    expect(texts(await log.afresh())).toEqual(texts(expected));
    // The batch alone is left.
    expect(log.model.since(['>'], 0).map(({ subject }) => subject)).toEqual(['batch.e1.2']);
  });

  it('keeps what changes while it is tidied', async () => {
    const expected = await scatter();
    const [changed = '', removed = '', ...rest] = expected.keys();
    const tidied = records.tidy();
    const changes = [
      records.put(changed, saying(changed, 'at once'), records.stamp()),
      records.remove(removed, records.stamp()),
      records.put(one, saying(one, 'back'), records.stamp()),
    ];
    await Promise.all([tidied, ...changes]);
    const wanted = texts(new Map([...expected].filter(([subject]) => rest.includes(subject))));
    Object.assign(wanted, { [changed]: 'at once', [one]: 'back' });
    log.clock.advance(longMs);
    expect(texts(await log.afresh())).toEqual(wanted);
  });

  it('is the same for everyone whenever changes fall, and when its owner dies amid', async () => {
    for (let stop = 1; stop < 120; stop++) {
      log = new WrittenLog();
      records = new RecordPublisher(log.writer);
      const expected = await scatter();
      let writes = 0;
      // All writes fail from one of them on: the process was killed there.
      log.refusal = () => ((writes += 1) >= stop ? new Error('killed') : undefined);
      const [changed = '', removed = ''] = expected.keys();
      await Promise.allSettled([
        records.tidy(),
        records.put(changed, saying(changed, 'changed'), records.stamp()),
        records.remove(removed, records.stamp()),
      ]);
      log.refusal = () => undefined;
      log.clock.advance(longMs);
      const afresh = texts(await log.afresh());
      expect(afresh, `killed at write ${stop}`).toEqual(texts(log.records));
      const next = new RecordPublisher(log.writer);
      next.adopt(await log.writer.standing());
      await next.replace(containers, expected, next.stamp());
      await next.tidy();
      log.clock.advance(longMs);
      expect(texts(await log.afresh())).toEqual(texts(expected));
      expect(texts(log.records)).toEqual(texts(expected));
      if (writes < stop) return;
    }
    throw new Error('tidying took more writes than were tried');
  });

  it('of an engine that is withdrawn has nothing', async () => {
    await scatter();
    await publish(new Map());
    await records.tidy();
    log.clock.advance(longMs);
    expect(log.model.since(['>'], 0)).toEqual([]);
  });
});
