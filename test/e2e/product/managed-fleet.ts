import type { Generation, Testbed, TestEngine } from '#testing';
import { DockerApi } from '../clients/docker-api.ts';
import { type DockerCli, dockerCli } from '../clients/docker-cli.ts';
import { bedOf } from './bed.ts';
import { Stack, type StackOptions } from './stack.ts';

/** The engines of a bed of their own, all healthy under one Baleen, and its clients. */
export class ManagedFleet {
  readonly engines: readonly TestEngine[];
  readonly stack: Stack;
  /** At the first gateway. */
  readonly api: DockerApi;
  readonly docker: DockerCli;
  readonly bed: Testbed;

  private constructor(bed: Testbed, engines: readonly TestEngine[], stack: Stack) {
    this.bed = bed;
    this.engines = engines;
    this.stack = stack;
    this.api = new DockerApi(stack.url());
    this.docker = dockerCli(stack.host(), bed.dockerConfig);
  }

  static async open(
    name: string,
    generations: readonly Generation[],
    options: Pick<StackOptions, 'gateways' | 'sharesPort' | 'flags'> = {},
  ): Promise<ManagedFleet> {
    const { bed, engines } = await bedOf(name, generations);
    try {
      const stack = await Stack.start({ ...options, discovery: bed.nodesArgument, engines: engines.length });
      return new ManagedFleet(bed, engines, stack);
    } catch (error) {
      await bed.close();
      throw error;
    }
  }

  /** From the engines themselves, whatever Baleen knows of them. */
  async removeContainers(): Promise<void> {
    await Promise.all(this.engines.map(removeContainers));
  }

  async close(): Promise<void> {
    await Promise.all([this.stack.stop(), this.bed.close()]);
  }
}

async function removeContainers(engine: TestEngine): Promise<void> {
  const ids = await engine.docker('ps', '-aq');
  if (ids !== '') await engine.docker('rm', '-f', ...ids.split('\n'));
}
