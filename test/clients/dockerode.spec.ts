import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CalledMethods } from './dockerode/called-methods.ts';
import { containerTests } from './dockerode/containers.ts';
import { type DockerHost, dockerodeOf } from './dockerode/host.ts';
import { imageTests } from './dockerode/images.ts';
import { networkAndVolumeTests } from './dockerode/networks-and-volumes.ts';
import { streamTests } from './dockerode/streams.ts';
import { systemTests } from './dockerode/system.ts';
import { ClientBed } from './support/client-bed.ts';

/** Every method of dockerode, with the outcome that a bare engine gives: the same expectations hold for one and for a fleet. */
describe('dockerode', () => {
  const called = new CalledMethods();
  let bed: ClientBed;
  const hosts = new Map<string, DockerHost>();

  beforeAll(async () => {
    bed = await ClientBed.open('dockerode', { generations: ['new', 'new', 'old'], flags: () => ['--container-names', 'plain'] });
    const bare = `http://${bed.engines[0]?.address}`;
    const registry = bed.registry.address;
    hosts.set('a bare engine', { name: 'bare', url: bare, docker: dockerodeOf(bare), isFleet: false, registry });
    const url = bed.stack.url();
    hosts.set('a fleet', { name: 'fleet', url, docker: dockerodeOf(url), isFleet: true, registry });
    await (await hosts.get('a bare engine')?.docker.pull('busybox'))?.resume();
  });

  afterAll(() => bed?.close());

  describe.each(['a bare engine', 'a fleet'])('with %s', (name) => {
    const host = () => {
      const found = hosts.get(name);
      if (found === undefined) throw new Error(`no ${name}`);
      return found;
    };
    imageTests(host);
    containerTests(host);
    streamTests(host);
    networkAndVolumeTests(host);
    systemTests(host);
  });

  it('has been called by every method', () => {
    expect(called.missing).toEqual([]);
  });

  it('has left no container, network or volume', async () => {
    expect(await bed.leftOvers()).toEqual([]);
  });
});
