import { describe, expect, it } from 'vitest';
import { subjects } from '#contracts';
import { engineIdentity, engineRecord } from '#testing';
import { FleetView } from '../../fleet-view/fleet-view.ts';
import { EngineNews } from './engine-news.ts';

class Scene {
  readonly view = new FleetView(
    () => undefined,
    () => 0,
  );
  readonly news = new EngineNews();
  readonly heard: string[] = [];
  #sequence = 0;

  begin(): void {
    this.#hear(this.news.lookAll(this.view));
  }

  engine(key: string, state: 'healthy' | 'unhealthy' | undefined): void {
    const member = state === undefined ? undefined : { key, address: `${key}:2375`, source: 'nodes' };
    this.#put(subjects.member(key), member);
    if (state !== undefined) this.#put(subjects.engineInfo(key), engineRecord(key, { state, identity: engineIdentity(key) }));
    this.#hear(this.news.look(this.view, key));
  }

  #put(subject: string, record: unknown): void {
    const payload = record === undefined ? undefined : Buffer.from(JSON.stringify(record));
    this.view.apply({ subject, sequence: ++this.#sequence, payload } as Parameters<FleetView['apply']>[0]);
  }

  #hear(news: ReturnType<EngineNews['look']>): void {
    this.heard.push(...news.map(({ action, node }) => `${action} ${node.Name}`));
  }
}

describe('news of engines', () => {
  it('are none of those there at the start', () => {
    const scene = new Scene();
    scene.engine('a', 'healthy');
    scene.heard.splice(0);
    scene.begin();
    expect(scene.heard).toEqual([]);
  });

  it('are a first connection, each loss and each return', () => {
    const scene = new Scene();
    scene.begin();
    for (const state of ['healthy', 'healthy', 'unhealthy', 'healthy', undefined, 'healthy'] as const) scene.engine('a', state);
    expect(scene.heard).toEqual([
      'engine_connect a',
      'engine_disconnect a',
      'engine_reconnect a',
      'engine_disconnect a',
      'engine_connect a',
    ]);
  });

  it('are what differs when the whole view is another one', () => {
    const scene = new Scene();
    scene.begin();
    scene.engine('a', 'healthy');
    const empty = new FleetView(
      () => undefined,
      () => 0,
    );
    expect(scene.news.lookAll(empty).map(({ action }) => action)).toEqual(['engine_disconnect']);
  });
});
