import { expect, it } from 'vitest';
import { BaleenError, type WrittenReply } from '#contracts';
import { silentLogger } from '#service-shell';
import { seenHere } from './seen-here.ts';

/** What is done of a reply; `comes`: the record that it awaits is seen in time. */
async function doneOf(reply: WrittenReply, comes: boolean, refresh: () => Promise<number>): Promise<string[]> {
  const done: string[] = [];
  const follower = {
    hasNext: ({ engine, above }: { engine: string; above: number }) => {
      done.push(`behind ${above} of ${engine}`);
      return Promise.resolve(comes);
    },
    reached: (sequence: number) => {
      done.push(`up to ${sequence}`);
      return Promise.resolve();
    },
  };
  const commands = { refresh: (engine: string) => (done.push(`${engine} again`), refresh()) };
  const fleet = { follower, commands, logger: silentLogger() } as unknown as Parameters<typeof seenHere>[0];
  await seenHere(fleet, 'e1', reply);
  return done;
}

const awaits = { container: 'c1', above: 5 };
const refuse = () => Promise.reject(new BaleenError('engine/not-owned', 'nobody owns it'));

it.each<[string, WrittenReply, boolean, () => Promise<number>, string[]]>([
  ['a sequence', { sequence: 7 }, true, refuse, ['up to 7']],
  ['a record that comes', { sequence: 4, awaits }, true, refuse, ['behind 5 of e1']],
  ['one that does not', { sequence: 4, awaits }, false, async () => 9, ['behind 5 of e1', 'e1 again', 'up to 9']],
  ['one that nobody can read again', { sequence: 4, awaits }, false, refuse, ['behind 5 of e1', 'e1 again']],
])('waits for %s', async (_, reply, comes, refresh, done) => {
  expect(await doneOf(reply, comes, refresh)).toEqual(done);
});
