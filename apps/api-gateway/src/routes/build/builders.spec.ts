import { expect, it } from 'vitest';
import { engineKey, subjects } from '#contracts';
import { engineIdentity, engineRecord } from '#testing';
import { FleetView } from '../../fleet-view/fleet-view.ts';
import { Builders } from './builders.ts';

type Given = { readonly state?: 'healthy' | 'unhealthy'; readonly label?: string; readonly availability?: string };

class Scene {
  readonly view = new FleetView(
    (subject, error) => {
      throw new Error(subject, { cause: error });
    },
    () => 0,
  );
  #sequence = 0;

  constructor(...nodes: readonly string[]) {
    for (const node of nodes) this.node(node);
  }

  node(name: string, { state = 'healthy', label, availability }: Given = {}): string {
    const address = `${name}:2375`;
    const key = engineKey(address);
    const labels = label === undefined ? {} : { 'baleen.builder': label };
    this.#apply(subjects.engineInfo(key), engineRecord(key, { address, state, identity: engineIdentity(name, { labels }) }));
    this.#apply(subjects.lease(`engine.${key}`), { holder: 'monitor-1' });
    this.#apply(subjects.member(key), { key, address, source: 'nodes' });
    if (availability !== undefined)
      this.#apply(subjects.node(key), { key, availability, labels: {}, version: 1, updatedAtMs: 1 });
    return key;
  }

  #apply(subject: string, record: unknown): void {
    this.#sequence += 1;
    this.view.apply({ subject, sequence: this.#sequence, payload: Buffer.from(JSON.stringify(record)) } as never);
  }
}

const callers = Array.from({ length: 24 }, (_, index) => `10.0.0.${index}`);
const session = { kind: 'session', id: 's1' } as const;

it('gives a caller the same engine at every gateway, and different callers different ones', () => {
  const [here, there] = [new Scene('a', 'b', 'c'), new Scene('c', 'a', 'b')];
  const chosen = (scene: Scene) => callers.map((caller) => new Builders().choose(scene.view, caller, []).name);
  expect(chosen(there)).toEqual(chosen(here));
  expect(new Set(chosen(here)).size).toBe(3);
});

it.each<[string, Given]>([
  ['does not answer', { state: 'unhealthy' }],
  ['is drained', { availability: 'drain' }],
  ['is paused', { availability: 'pause' }],
  ['has the label baleen.builder=false', { label: 'false' }],
])('never chooses an engine that %s', (_, given) => {
  const scene = new Scene('a');
  scene.node('b', given);
  expect(callers.map((caller) => new Builders().choose(scene.view, caller, []).name)).toEqual(callers.map(() => 'a'));
});

it('says of every engine why it may not build when none may', () => {
  const scene = new Scene();
  scene.node('a', { availability: 'drain' });
  scene.node('b', { label: 'no' });
  expect(() => new Builders().choose(scene.view, '10.0.0.1', [])).toThrow(
    'no engine of the fleet may build just now: a: its availability is drain; b: its label baleen.builder says no',
  );
});

it('keeps a caller on its engine while a connection lives, whoever joins or is drained, and chooses anew afterwards', () => {
  const scene = new Scene('a', 'b');
  const builders = new Builders();
  const first = builders.choose(scene.view, 'me', []);
  const release = builders.hold(first.key, [{ kind: 'caller', id: 'me' }]);
  scene.node(first.name, { availability: 'drain' });
  for (const name of ['c', 'd', 'e', 'f']) scene.node(name);
  expect(builders.choose(scene.view, 'me', []).name).toBe(first.name);
  release();
  expect(builders.choose(scene.view, 'me', []).name).not.toBe(first.name);
});

it('leads a build to the engine of its session, whoever asks', () => {
  const scene = new Scene('a', 'b', 'c');
  const builders = new Builders();
  const release = builders.hold(scene.node('b'), [session]);
  for (const caller of callers) expect(builders.choose(scene.view, caller, [session]).name).toBe('b');
  release();
  expect(new Set(callers.map((caller) => builders.choose(scene.view, caller, [session]).name)).size).toBe(3);
});

it('holds an engine until the last connection has gone', () => {
  const scene = new Scene('a', 'b', 'c');
  const builders = new Builders();
  const key = scene.node('c');
  const releases = [builders.hold(key, [session]), builders.hold(key, [session])];
  releases[0]?.();
  expect(callers.every((caller) => builders.choose(scene.view, caller, [session]).name === 'c')).toBe(true);
});

it('refuses a build whose session is on an engine that died, and gives its caller another engine for the next', () => {
  const scene = new Scene('a', 'b');
  const builders = new Builders();
  const first = builders.choose(scene.view, 'me', []);
  const release = builders.hold(first.key, [{ kind: 'caller', id: 'me' }, session]);
  scene.node(first.name, { state: 'unhealthy' });
  expect(() => builders.choose(scene.view, 'me', [session])).toThrow(`session s1 is on unhealthy node ${first.name}`);
  const second = builders.choose(scene.view, 'me', []);
  expect(second.name).not.toBe(first.name);
  const releaseSecond = builders.hold(second.key, [{ kind: 'caller', id: 'me' }]);
  release();
  scene.node(first.name);
  expect(builders.choose(scene.view, 'me', []).name).toBe(second.name);
  releaseSecond();
});
