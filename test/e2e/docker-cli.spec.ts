import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Generation, Testbed, TestEngine } from '#testing';
import { dockerCli } from './clients/docker-cli.ts';
import { Scribe } from './clients/transcript.ts';
import { bedOf } from './product/bed.ts';
import { Stack } from './product/stack.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { isLong, session, sessionSample } from './scenarios/session.ts';

/**
 * Every command of a person's first hour, through Baleen over four engines and at one bare engine:
 * the same exit status and, with ids, times and node names masked, the same text.
 */
describe('the docker CLI', () => {
  let bed: Testbed;
  let bare: Record<Generation, TestEngine>;
  let stack: Stack;

  beforeAll(async () => {
    const made = await bedOf('cli', ['old', 'new', 'old', 'new', 'old', 'new']);
    bed = made.bed;
    const [bareOld, bareNew, ...fleet] = made.engines;
    if (bareOld === undefined || bareNew === undefined) throw new Error('the bed is empty');
    bare = { old: bareOld, new: bareNew };
    stack = await Stack.start({
      discovery: fleet.map((engine) => engine.address).join(','),
      engines: 4,
      flags: ['--container-names', 'plain'],
    });
  });

  afterAll(async () => {
    await stack?.stop();
    await bed?.close();
  });

  describe.each<Generation>(['old', 'new'])('on %s engines', (generation) => {
    it.each(generation === 'new' || isLong ? session : sessionSample)('%s', async (_, scenario) => {
      const [expected, actual] = await Promise.all([
        transcriptOf(scenario, `tcp://${bare[generation].address}`, []),
        transcriptOf(scenario, stack.host(), ['-e', `constraint:generation==${generation}`]),
      ]);
      expect(actual).toEqual(expected);
    });
  });

  async function transcriptOf(scenario: Scenario, host: string, placement: readonly string[]) {
    const scribe = new Scribe(dockerCli(host, bed.dockerConfig), placement);
    await scenario(scribe);
    return scribe.transcript;
  }
});
