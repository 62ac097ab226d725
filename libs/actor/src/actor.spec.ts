import { describe, expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { spawn } from './actor.ts';
import type { Behaviour } from './behaviour.ts';

type Message = { readonly type: 'add'; readonly by: number } | { readonly type: 'break' } | { readonly type: 'report' };
type Effect = { readonly type: 'say'; readonly total: number } | { readonly type: 'fail' };

const counter: Behaviour<number, Message, Effect> = {
  initial: () => ({ state: 0, effects: [] }),
  receive(total, message) {
    switch (message.type) {
      case 'add':
        return { state: total + message.by, effects: [] };
      case 'report':
        return { state: total, effects: [{ type: 'say', total }] };
      case 'break':
        throw new Error('a defect');
    }
  },
};

function counterWith(
  overrides: { mailboxMax?: number; behaviour?: typeof counter; perform?: (effect: Effect) => void | Promise<void> } = {},
) {
  const clock = new ManualClock();
  const said: number[] = [];
  const defects: unknown[] = [];
  const gaveUp: unknown[] = [];
  const actor = spawn(overrides.behaviour ?? counter, {
    mailboxMax: overrides.mailboxMax ?? 100,
    perform:
      overrides.perform ??
      ((effect) => {
        if (effect.type === 'say') said.push(effect.total);
      }),
    onDefect: (error) => defects.push(error),
    onGiveUp: (error) => gaveUp.push(error),
    clock,
    restartBudget: { restarts: 2, windowMs: 60_000 },
  });
  return { actor, clock, said, defects, gaveUp };
}

describe('an actor', () => {
  it('takes one turn at a time, in the order of tell, and never inside the caller', async () => {
    const { actor, said } = counterWith();
    actor.tell({ type: 'add', by: 2 });
    actor.tell({ type: 'report' });
    actor.tell({ type: 'add', by: 3 });
    actor.tell({ type: 'report' });
    expect(said).toEqual([]);
    await Promise.resolve();
    expect(said).toEqual([2, 5]);
  });

  it('refuses what does not fit into its mailbox, and accepts again after its turns', async () => {
    const { actor } = counterWith({ mailboxMax: 2 });
    const answers = [1, 2, 3].map((by) => actor.tell({ type: 'add', by }));
    expect(answers).toEqual(['accepted', 'accepted', 'mailbox-full']);
    await Promise.resolve();
    expect(actor.tell({ type: 'add', by: 4 })).toBe('accepted');
  });

  it('restarts from its initial state after a defect and keeps the messages behind it', async () => {
    const { actor, defects } = counterWith();
    actor.tell({ type: 'add', by: 7 });
    actor.tell({ type: 'break' });
    actor.tell({ type: 'add', by: 1 });
    await Promise.resolve();
    expect(actor.state).toBe(1);
    expect(defects).toHaveLength(1);
  });

  it('treats a rejected effect as a defect of the state that asked for it', async () => {
    const { actor, defects } = counterWith({ perform: () => Promise.reject(new Error('engine client broke')) });
    actor.tell({ type: 'add', by: 7 });
    actor.tell({ type: 'report' });
    await new Promise(setImmediate);
    expect([actor.state, defects.length]).toEqual([0, 1]);
  });

  it('gives up when its restart budget is used up', async () => {
    const { actor, gaveUp } = counterWith();
    for (let defect = 0; defect < 3; defect++) actor.tell({ type: 'break' });
    await Promise.resolve();
    expect(gaveUp).toHaveLength(1);
    expect(actor.tell({ type: 'report' })).toBe('stopped');
  });

  it('forgets defects older than the window', async () => {
    const { actor, clock, gaveUp } = counterWith();
    for (let defect = 0; defect < 6; defect++) {
      actor.tell({ type: 'break' });
      await Promise.resolve();
      clock.advance(40_000);
    }
    expect([gaveUp.length, actor.stopped]).toEqual([0, false]);
  });

  it('drops what waits when it is stopped', async () => {
    const { actor, said } = counterWith();
    actor.tell({ type: 'report' });
    actor.stop();
    await Promise.resolve();
    expect(said).toEqual([]);
  });
});
