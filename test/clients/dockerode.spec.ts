import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClientBed } from './bed/client-bed.ts';
import { CalledMethods } from './dockerode/called-methods.ts';
import { containerTests } from './dockerode/containers.ts';
import { type DockerHost, dockerodeOf, progress } from './dockerode/host.ts';
import { imageTests } from './dockerode/images.ts';
import { networkAndVolumeTests } from './dockerode/networks-and-volumes.ts';
import { streamTests } from './dockerode/streams.ts';
import { fleetTests, loneEngineTests, systemTests } from './dockerode/system.ts';

const isLong = process.env['BALEEN_LONG'] === '1';

/** Every method of dockerode, with the outcome that a bare engine gives: the same expectations hold for one and for a fleet. */
describe('dockerode', () => {
  const called = new CalledMethods();
  let bed: ClientBed;

  beforeAll(async () => {
    bed = await ClientBed.open({ engines: 3, flags: () => ['--container-names', 'plain'] });
  });

  afterAll(() => bed?.close());

  // Not registered otherwise: what is left out on purpose is no skipped test.
  if (isLong) {
    describe('with a bare engine', () => {
      const host = hostOf('bare', () => `http://${bed.engines[0]?.address}`);
      beforeAll(async () => {
        await progress(host().docker, await host().docker.pull('busybox'));
      });
      commonTests(host);
      loneEngineTests(host);
    });
  }

  describe('with a fleet', () => {
    const host = hostOf('fleet', () => bed.stack.url());
    commonTests(host);
    fleetTests(host);
  });

  it('has been called by every method', () => {
    expect(called.missing).toEqual([]);
  });

  it('has left no container, network or volume', async () => {
    expect(await bed.leftOvers()).toEqual([]);
  });

  function commonTests(host: () => DockerHost): void {
    imageTests(host);
    containerTests(host);
    streamTests(host);
    networkAndVolumeTests(host);
    systemTests(host);
  }

  /** Made once the bed is there. */
  function hostOf(name: string, url: () => string): () => DockerHost {
    let made: DockerHost | undefined;
    return () => {
      made ??= { name, docker: dockerodeOf(url()), registry: bed.registry };
      return made;
    };
  }
});
