import { expect, it } from 'vitest';
import { engineKey, type MemberRecord } from '#contracts';
import { memberDiff } from './member-diff.ts';

const member = (address: string, source = 'nodes'): MemberRecord => ({ key: engineKey(address), address, source });
const current = (...members: (MemberRecord | string)[]) =>
  new Map(members.map((one) => (typeof one === 'string' ? member(one) : one)).map((one) => [one.key, one]));
const nodes = (...addresses: string[]) => ({ source: 'nodes', addresses });
const agents = (...addresses: string[]) => ({ source: 'nats', addresses });

it('removes what is not listed any more and adds what is new, each once', () => {
  const diff = memberDiff(current('a:1', 'b:1'), [nodes('b:1', 'c:1', 'c:1')]);
  expect(diff).toEqual({ removed: [engineKey('a:1')], added: [member('c:1')] });
});

it('changes nothing when the list is what the log has', () => {
  expect(memberDiff(current('a:1', 'b:1'), [nodes('b:1', 'a:1')])).toEqual({ removed: [], added: [] });
});

it('keeps both addresses of one daemon', () => {
  expect(memberDiff(current(), [nodes('10.0.0.1:2375', 'host-1:2375')]).added).toHaveLength(2);
});

it('writes the source anew when the engine is listed by another one', () => {
  expect(memberDiff(current('a:1'), [{ source: 'file:///f', addresses: ['a:1'] }])).toEqual({
    removed: [],
    added: [member('a:1', 'file:///f')],
  });
});

it('adds the lists of several sources up; of two that list one engine the first counts', () => {
  const diff = memberDiff(current('a:1'), [nodes('a:1', 'b:1'), agents('b:1', 'nats://x')]);
  expect(diff).toEqual({ removed: [], added: [member('b:1'), member('nats://x', 'nats')] });
});

it('takes nothing away that a source which has not listed yet may list', () => {
  const silent = { source: 'etcd://s', addresses: undefined };
  const log = current(member('a:1', 'etcd://s'), member('b:1', 'file:///before'), member('nats://gone', 'nats'));
  expect(memberDiff(log, [silent, agents('nats://x', 'a:1')])).toEqual({
    removed: [engineKey('nats://gone')],
    added: [member('nats://x', 'nats')],
  });
  expect(memberDiff(log, [{ ...silent, addresses: ['a:1'] }, agents('nats://x')])).toEqual({
    removed: [engineKey('b:1'), engineKey('nats://gone')],
    added: [member('nats://x', 'nats')],
  });
});
