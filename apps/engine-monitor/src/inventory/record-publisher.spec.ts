import { describe, expect, it } from 'vitest';
import { RecordPublisher } from './record-publisher.ts';

function publisher() {
  const log: string[] = [];
  let fail = false;
  const write = (line: string) => {
    if (fail) return Promise.reject(new Error('no log'));
    log.push(line);
    return Promise.resolve(log.length);
  };
  const records = new RecordPublisher({
    append: (subject, payload) => write(`${subject}=${Buffer.from(payload).toString()}`),
    delete: (subject) => write(`${subject} deleted`),
  });
  return { log, records, refuse: (refused: boolean) => (fail = refused) };
}

const bytes = (text: string) => Buffer.from(text);

describe('publishing what was read from an engine', () => {
  it('writes only what differs', async () => {
    const { log, records } = publisher();
    await records.put('c.1', bytes('a'), records.stamp());
    await records.put('c.1', bytes('a'), records.stamp());
    await records.put('c.1', bytes('b'), records.stamp());
    expect(log).toEqual(['c.1=a', 'c.1=b']);
    expect(records.sequence).toBe(2);
  });

  it('removes what a whole reading no longer has, of its kind only', async () => {
    const { log, records } = publisher();
    await records.put('c.1', bytes('a'), records.stamp());
    await records.put('v.1', bytes('a'), records.stamp());
    await records.replace('c.', new Map([['c.2', bytes('n')]]), records.stamp());
    expect(log.slice(2)).toEqual(['c.1 deleted', 'c.2=n']);
  });

  it('never lets an older reading overwrite or revive what a newer one said', async () => {
    const { log, records } = publisher();
    const resync = records.stamp();
    await records.put('c.1', bytes('exited'), records.stamp());
    await records.put('c.2', bytes('x'), records.stamp());
    await records.remove('c.2', records.stamp());
    await records.replace(
      'c.',
      new Map([
        ['c.1', bytes('running')],
        ['c.2', bytes('x')],
      ]),
      resync,
    );
    expect(log).toEqual(['c.1=exited', 'c.2=x', 'c.2 deleted']);
  });

  it('removes records that an earlier owner left and the engine does not hold', async () => {
    const { log, records } = publisher();
    records.adopt(['c.1', 'c.2']);
    await records.replace('c.', new Map([['c.1', bytes('a')]]), records.stamp());
    expect(log).toEqual(['c.2 deleted', 'c.1=a']);
  });

  it('writes again after a write that failed', async () => {
    const { log, records, refuse } = publisher();
    refuse(true);
    await expect(records.put('c.1', bytes('a'), records.stamp())).rejects.toThrow('no log');
    refuse(false);
    await records.put('c.1', bytes('a'), records.stamp());
    expect(log).toEqual(['c.1=a']);
  });
});
