import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('one at a time of a subject, also after one that failed; others do not wait', async () => {
  const turns = new Turns();
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const work = (name: string) => () => {
    begun.push(name);
    const end = Promise.withResolvers<void>();
    ends.set(name, end);
    return end.promise;
  };
  const [first, second] = [turns.run('a', work('a1')), turns.run('a', work('a2'))];
  void turns.run('b', work('b1'));
  await Promise.resolve();
  expect(begun).toEqual(['a1', 'b1']);
  ends.get('a1')?.reject(new Error('failed'));
  await expect(first).rejects.toThrow('failed');
  await expect.poll(() => begun).toEqual(['a1', 'b1', 'a2']);
  ends.get('a2')?.resolve();
  await second;
});
