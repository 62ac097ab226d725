import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../manual-clock.ts';
import type { Happening } from '../events/happening.ts';
import * as lifecycle from './container-lifecycle.ts';
import type { CreateBody } from './create-body.ts';
import { createContainer } from './create-container.ts';
import { seededEngine } from './seeded-engine.ts';

function engineWith(body: Partial<CreateBody> = {}) {
  const told: Happening[] = [];
  const clock = new ManualClock();
  const engine = seededEngine({ seed: 1, number: 0, containers: 0, images: 1 }, clock, (happening) => told.push(happening));
  const container = createContainer(engine, 'web', { Image: 'busybox', Cmd: ['cat'], ...body });
  const actions = () => told.map(({ type, action }) => `${type} ${action}`);
  return { engine, container, clock, told, actions };
}

const refused = (act: () => unknown) => {
  try {
    return act();
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a simulated container', () => {
  it('tells of its life in a daemon’s order', () => {
    const { engine, container, actions } = engineWith({ HostConfig: { Binds: ['state:/data'] } });
    lifecycle.startContainer(engine, container);
    lifecycle.stopContainer(engine, container);
    lifecycle.removeContainer(engine, container, { isForced: false, withVolumes: true });
    expect(actions()).toEqual([
      'volume create',
      'container create',
      'volume mount',
      'network connect',
      'container start',
      'container kill',
      'network disconnect',
      'volume unmount',
      'container stop',
      'container die',
      'container destroy',
    ]);
  });

  it('is started and stopped once', () => {
    const { engine, container } = engineWith();
    expect(lifecycle.startContainer(engine, container)).toBe(true);
    expect(lifecycle.startContainer(engine, container)).toBe(false);
    expect(lifecycle.stopContainer(engine, container)).toBe(true);
    expect(lifecycle.stopContainer(engine, container)).toBe(false);
  });

  it('has an address while it runs', () => {
    const { engine, container } = engineWith();
    lifecycle.startContainer(engine, container);
    expect(container.endpoints[0]?.host).toBeGreaterThan(1);
    lifecycle.killContainer(engine, container, '9');
    expect(container.endpoints[0]?.host).toBe(0);
    expect(container.exitCode).toBe(137);
  });

  it('goes on after a signal that does not end it', () => {
    const { engine, container } = engineWith();
    lifecycle.startContainer(engine, container);
    lifecycle.killContainer(engine, container, '10');
    expect(container.state).toBe('running');
  });

  it('ends by itself when its program does, and takes itself along where that is asked', () => {
    const { engine, container, clock } = engineWith({ Cmd: ['sleep', '5'], HostConfig: { AutoRemove: true } });
    lifecycle.startContainer(engine, container);
    const exitCodes: number[] = [];
    engine.waitFor(container, 'removed', (exitCode) => exitCodes.push(exitCode));
    clock.advance(4_999);
    expect(engine.containers.count).toBe(1);
    clock.advance(1);
    expect(engine.containers.count).toBe(0);
    expect(exitCodes).toEqual([0]);
  });

  it('does not end twice when it was killed before its program ended', () => {
    const { engine, container, clock, actions } = engineWith({ Cmd: ['sleep', '5'] });
    lifecycle.startContainer(engine, container);
    lifecycle.killContainer(engine, container, '9');
    lifecycle.startContainer(engine, container);
    clock.advance(4_999);
    expect(actions().filter((action) => action === 'container die')).toHaveLength(1);
  });

  it('refuses what its state does not allow, in a daemon’s words', () => {
    const { engine, container } = engineWith();
    expect(refused(() => lifecycle.killContainer(engine, container, '9'))).toContain('is not running');
    expect(refused(() => lifecycle.unpauseContainer(engine, container))).toContain('is not paused');
    lifecycle.startContainer(engine, container);
    expect(refused(() => lifecycle.removeContainer(engine, container, { isForced: false, withVolumes: false }))).toContain(
      'stop the container before removing or force remove',
    );
    expect(refused(() => createContainer(engine, 'web', { Image: 'busybox' }))).toContain('Conflict. The container name "/web"');
    expect(refused(() => createContainer(engine, 'other', { Image: 'nothing' }))).toBe('No such image: nothing:latest');
  });
});
