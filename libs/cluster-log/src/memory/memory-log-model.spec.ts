import { describe, expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { silenceMaxMs } from '../limits.ts';
import { openMemoryLog } from './memory-log.ts';
import { type AppendFate, MemoryLogModel } from './memory-log-model.ts';

const payload = new Uint8Array([1]);

function world(fate: { current: AppendFate } = { current: 'deliver' }) {
  const clock = new ManualClock();
  const model = new MemoryLogModel({ clock, fateOf: () => fate.current });
  const told: string[] = [];
  const follower = openMemoryLog(model, 'reader').follow(['member.>'], {
    onEntry: ({ subject, payload: found }) => told.push(found === undefined ? `${subject} deleted` : subject),
    onCaughtUp: () => told.push('caught up'),
    onReset: () => told.push('reset'),
  });
  return { clock, model, told, follower, writer: openMemoryLog(model, 'writer') };
}

describe('faults of the memory log', () => {
  it('a cut follower gets nothing and then everything it missed, deletions included', async () => {
    const { clock, model, told, writer } = world();
    await writer.append('member.a', payload);
    await clock.advanceSettling(0);
    model.disconnect('reader');
    await writer.append('member.b', payload);
    await writer.delete('member.a');
    await clock.advanceSettling(1_000);
    expect(told).toEqual(['caught up', 'member.a']);
    model.reconnect('reader');
    await clock.advanceSettling(0);
    expect(told.slice(2)).toEqual(['member.b', 'member.a deleted']);
  });

  it('a follower cut for longer than tombstones can vouch for starts anew', async () => {
    const { clock, model, told, writer } = world();
    await writer.append('member.a', payload);
    await clock.advanceSettling(0);
    model.disconnect('reader');
    await clock.advanceSettling(silenceMaxMs + 1);
    model.reconnect('reader');
    await clock.advanceSettling(0);
    expect(told.slice(2)).toEqual(['reset', 'member.a', 'caught up']);
  });

  it('a lost log starts anew with higher sequences', async () => {
    const { clock, model, told, writer } = world();
    const before = await writer.append('member.a', payload);
    await clock.advanceSettling(0);
    model.loseEverything();
    const after = await writer.append('member.b', payload);
    await clock.advanceSettling(0);
    expect(after).toBeGreaterThan(before);
    expect(told.slice(2)).toEqual(['reset', 'caught up', 'member.b']);
  });

  it('a lost reply ends as unavailable though the record was written; a lost request leaves nothing', async () => {
    const fate: { current: AppendFate } = { current: 'lose-reply' };
    const { clock, model, writer } = world(fate);
    const codes: string[] = [];
    const fails = (subject: string) => writer.append(subject, payload).catch((error: { code: string }) => codes.push(error.code));
    const first = fails('member.a');
    await clock.advanceSettling(10);
    fate.current = 'lose-request';
    const second = fails('member.b');
    await clock.advanceSettling(10_000);
    await Promise.all([first, second]);
    expect(codes).toEqual(['cluster/unavailable', 'cluster/unavailable']);
    expect([model.last('member.a') !== undefined, model.last('member.b') !== undefined]).toEqual([true, false]);
  });
});
