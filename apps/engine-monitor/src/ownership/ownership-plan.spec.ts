import { describe, expect, it } from 'vitest';
import { type MemberRecord, rendezvous, subjects } from '#contracts';
import { ownershipPlan } from './ownership-plan.ts';
import { OwnershipView } from './ownership-view.ts';

let sequence = 0;
let nowMs = 0;
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

class Scene {
  readonly view = new OwnershipView(() => nowMs);

  put(subject: string, value: unknown = {}) {
    this.view.apply({ subject, sequence: ++sequence, payload: bytes(value) });
    return this;
  }
  drop(subject: string, expired = true) {
    this.view.apply({ subject, sequence: ++sequence, payload: undefined, expired });
    return this;
  }
  leases(holder: string, ...engines: string[]) {
    for (const engine of engines) this.put(subjects.lease(`engine.${engine}`), { holder });
    return this;
  }
  members(...keys: string[]) {
    for (const key of keys)
      this.put(subjects.member(key), { key, address: `${key}:2375`, source: 'nodes' } satisfies MemberRecord);
    return this.put(subjects.barrier('discovery'));
  }
  monitors(...ids: string[]) {
    for (const id of ids) this.put(subjects.lease(`monitor.${id}`));
    return this;
  }
  plan(self: string, ...owned: string[]) {
    return ownershipPlan(this.view, self, new Set(owned));
  }
}

describe('the plan of a monitor', () => {
  it('takes all free engines when it is alone, none that are leased', () => {
    const scene = new Scene().monitors('m1').members('a', 'b', 'c').monitors('m1', 'm2');
    scene.leases('m2', 'b').drop(subjects.lease('monitor.m2'), false);
    expect(scene.plan('m1', 'c').take).toEqual(['a']);
  });

  it('takes nothing before it is registered', () => {
    expect(new Scene().members('a').plan('m1').take).toEqual([]);
  });

  it('shares engines with other monitors, each exactly one designated', () => {
    const keys = Array.from({ length: 50 }, (_, index) => `engine${index}`);
    const scene = new Scene().monitors('m1', 'm2').members(...keys);
    const taken = [...scene.plan('m1').take, ...scene.plan('m2').take];
    expect(taken.toSorted()).toEqual(keys.toSorted());
  });

  it('gives back what a monitor that joined should have, and nothing else', () => {
    const keys = Array.from({ length: 20 }, (_, index) => `engine${index}`);
    const scene = new Scene().monitors('m1', 'm2').members(...keys);
    const wanted = keys.filter((key) => rendezvous(['m1', 'm2'], key) === 'm2');
    expect(scene.plan('m1', ...keys).giveBack).toEqual(wanted);
  });

  it('takes over the engines of a monitor that died as soon as its registration ended', () => {
    const scene = new Scene().monitors('m1', 'm2').members('a').leases('m2', 'a');
    expect(scene.plan('m1').take).toEqual([]);
    expect(scene.drop(subjects.lease('monitor.m2')).plan('m1').take).toEqual(['a']);
  });

  it('takes over what a monitor held that had died before this one looked', () => {
    expect(new Scene().monitors('m1').members('a').leases('m0', 'a').plan('m1').take).toEqual(['a']);
  });

  it('waits for a monitor that says goodbye to give its engines back', () => {
    const scene = new Scene().monitors('m1', 'm2').members('a').leases('m2', 'a');
    scene.drop(subjects.lease('monitor.m2'), false);
    expect(scene.plan('m1').take).toEqual([]);
    expect(scene.drop(subjects.lease('engine.a'), false).plan('m1').take).toEqual(['a']);
  });

  it('takes over what a monitor did not give back within 10 s of its goodbye', () => {
    const scene = new Scene().monitors('m1', 'm2').members('a').leases('m2', 'a');
    scene.drop(subjects.lease('monitor.m2'), false);
    nowMs += 9_999;
    expect(scene.plan('m1').take).toEqual([]);
    nowMs += 1;
    expect(scene.plan('m1').take).toEqual(['a']);
  });

  it('gives back a lease that it does not know of, once another should have the engine', () => {
    const scene = new Scene().monitors('m1', 'm2').members('a', 'b', 'c', 'd').leases('m1', 'a', 'b', 'c', 'd');
    const { take, release } = scene.plan('m1');
    expect([...take, ...release].toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect(release.length).toBeGreaterThan(0);
    expect(scene.plan('m1', 'a', 'b', 'c', 'd').release).toEqual([]);
    expect(scene.plan('m2').release).toEqual([]);
  });

  it('takes its own again that it let go with its registration', () => {
    expect(new Scene().monitors('m1').members('a').leases('m1', 'a').plan('m1').take).toEqual(['a']);
  });

  it('gives back no more than may move', () => {
    const keys = Array.from({ length: 50 }, (_, index) => `engine${index}`);
    const scene = new Scene().monitors('m1', 'm2').members(...keys);
    expect(ownershipPlan(scene.view, 'm1', new Set(keys), 3).giveBack).toHaveLength(3);
    expect(ownershipPlan(scene.view, 'm1', new Set(keys), 0).giveBack).toEqual([]);
  });

  it('removes what it owns and discovery lists no more', () => {
    const scene = new Scene().monitors('m1').members('a', 'b').drop(subjects.member('b'));
    expect(scene.plan('m1', 'a', 'b').remove).toEqual(['b']);
  });

  it('cleans records of engines that are no members, only once the list is known to be complete', () => {
    const scene = new Scene().monitors('m1').put(subjects.engineInfo('gone'));
    expect(scene.plan('m1').clean).toEqual([]);
    expect(scene.members('a').plan('m1').clean).toEqual(['gone']);
  });

  it('keeps members over a log that was made anew until discovery has listed all again', () => {
    const scene = new Scene().monitors('m1').members('a', 'b');
    scene.view.reset();
    expect(scene.plan('m1', 'a', 'b')).toEqual({ take: [], giveBack: [], release: [], remove: [], clean: [] });
    scene.monitors('m1').members('a');
    expect(scene.plan('m1', 'a', 'b').remove).toEqual(['b']);
  });
});
