import { expect, it } from 'vitest';
import { engineKey, type MemberRecord } from '#contracts';
import { memberDiff } from './member-diff.ts';

const member = (address: string): MemberRecord => ({ key: engineKey(address), address, source: 'nodes' });
const current = (...addresses: string[]) => new Map(addresses.map((address) => [engineKey(address), member(address)]));

it('removes what is not listed any more and adds what is new, each once', () => {
  const diff = memberDiff(current('a:1', 'b:1'), ['b:1', 'c:1', 'c:1'], 'nodes');
  expect(diff).toEqual({ removed: [engineKey('a:1')], added: [member('c:1')] });
});

it('changes nothing when the list is what the log has', () => {
  expect(memberDiff(current('a:1', 'b:1'), ['b:1', 'a:1'], 'nodes')).toEqual({ removed: [], added: [] });
});

it('keeps both addresses of one daemon', () => {
  expect(memberDiff(current(), ['10.0.0.1:2375', 'host-1:2375'], 'nodes').added).toHaveLength(2);
});

it('writes the source anew when the engine is listed by another one', () => {
  expect(memberDiff(current('a:1'), ['a:1'], 'file:///f')).toEqual({
    removed: [],
    added: [{ key: engineKey('a:1'), address: 'a:1', source: 'file:///f' }],
  });
});
