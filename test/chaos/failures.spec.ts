import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TestEngine } from '#testing';
import { Creates } from '../e2e/clients/creates.ts';
import { createdId, type DockerApi, messageOf } from '../e2e/clients/docker-api.ts';
import type { DockerCli } from '../e2e/clients/docker-cli.ts';
import { eventually } from '../e2e/eventually.ts';
import { ManagedFleet } from '../e2e/product/managed-fleet.ts';
import type { Stack } from '../e2e/product/stack.ts';

/** Ten seconds are promised on a quiet machine; the tests run on machines that may not be. */
const goesOnMaxMs = 20_000;
const answersMaxMs = 15_000;
const stopMaxMs = 5_000;
const seenMaxMs = 60_000;

/** One failure at a time, while clients work (docs/architecture.md, failure table). */
describe('over two engines', () => {
  let fleet: ManagedFleet;
  let engines: readonly TestEngine[];
  let stack: Stack;
  let api: DockerApi;
  let docker: DockerCli;

  beforeAll(async () => {
    fleet = await ManagedFleet.open('fail', ['old', 'new']);
    ({ engines, stack, api, docker } = fleet);
  });

  afterEach(() => fleet.removeContainers());

  afterAll(() => fleet?.close());

  describe.each(['discovery', 'engine-monitor', 'scheduler', 'nats-server', 'api-gateway'])('kill -9 of %s', (service) => {
    it('loses and doubles no container that was acknowledged, and the loop of runs goes on', async () => {
      const creates = new Creates(`kill-${service}`);
      const loop = new RunLoop(docker, () => creates.create(api));
      const [pid] = stack.pids(service);
      if (pid === undefined) throw new Error(`no process of ${service}`);
      const looping = loop.run();
      try {
        await loop.succeeds(3);
        process.kill(pid, 'SIGKILL');
        const killedMs = performance.now();
        await loop.succeedsAgain();
        const goesOnMs = Math.round(performance.now() - killedMs);
        await loop.succeeds(3);
        process.stdout.write(`kill -9 of ${service}: the loop goes on after ${goesOnMs} ms; errors: ${summary([...loop.errors, ...creates.errors])}
`);
        expect(goesOnMs).toBeLessThan(goesOnMaxMs);
      } finally {
        loop.end();
        await looping;
      }
      await eventually(`${service} runs again`, seenMaxMs, () => stack.pids(service).find((other) => other !== pid));
      expect(await creates.faults(engines)).toEqual([]);
      await expectFleetToShowWhatEnginesHold();
    });
  });

  describe('an engine that falls silent', () => {
    it('costs only the requests for its own containers, which end with 503 and its name; it comes back by itself', async () => {
      const [silent, alive] = await twoHomes();
      await silent.engine.stop();
      try {
        const askedMs = performance.now();
        const answers = await Promise.all([
          api.ask('GET', `/containers/${silent.id}/json`),
          api.ask('POST', `/containers/${silent.id}/start`),
          api.ask('GET', `/containers/${alive.id}/json`),
        ]);
        expect(performance.now() - askedMs).toBeLessThan(answersMaxMs);
        expect(answers.map((answer) => answer.status)).toEqual([503, 503, 200]);
        for (const answer of answers.slice(0, 2)) expect(messageOf(answer)).toContain(silent.engine.name);
        expect(await docker('run', '--rm', 'busybox', 'echo', 'on the other one')).toMatchObject({
          stdout: 'on the other one\n',
          code: 0,
        });
      } finally {
        await silent.engine.cont();
      }
      await stack.healthyEngines(2);
      expect((await api.ask('GET', `/containers/${silent.id}/json`)).status).toBe(200);
    });
  });

  describe('an engine whose daemon is killed', () => {
    it('shows its containers as Host Down, and as they are once it is back', async () => {
      const [lost] = await twoHomes();
      const row = async () => {
        const { stdout } = await docker('ps', '-a', '--no-trunc', '--format', '{{.ID}} {{.Status}}');
        return stdout
          .split('\n')
          .find((line) => line.startsWith(lost.id))
          ?.slice(lost.id.length + 1);
      };
      expect(await row()).toBe('Created');
      await lost.engine.kill();
      await eventually('docker ps shows Host Down', seenMaxMs, async () => ((await row()) === 'Host Down' ? true : undefined));
      await lost.engine.restart();
      await eventually('docker ps shows it as it is', seenMaxMs, async () => ((await row()) === 'Created' ? true : undefined));
      await stack.healthyEngines(2);
      await expectFleetToShowWhatEnginesHold();
    });
  });

  it('SIGTERM ends everything within 5 s, status 0, and leaves no process', async () => {
    const services = ['discovery', 'engine-monitor', 'scheduler', 'api-gateway', 'nats-server'];
    const pids = services.flatMap((service) => stack.pids(service));
    expect(pids).toHaveLength(5);
    const events = docker.with({ timeoutMs: seenMaxMs }, 'events');
    const { tookMs, code } = await stack.stop();
    process.stdout.write(`SIGTERM: all gone after ${Math.round(tookMs)} ms\n`);
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(stopMaxMs);
    expect(pids.filter(isAlive)).toEqual([]);
    await events;
  });

  /** A created container on each engine. */
  async function twoHomes(): Promise<[Home, Home]> {
    const [first, second] = await Promise.all(
      engines.map(async (engine) => {
        const answer = await api.create('', { Env: [`constraint:node==${engine.name}`] });
        return { engine, id: createdId(answer) };
      }),
    );
    if (first === undefined || second === undefined) throw new Error('two engines were expected');
    return [first, second];
  }

  async function expectFleetToShowWhatEnginesHold(): Promise<void> {
    const onEngines = await Promise.all(engines.map((engine) => engine.docker('ps', '-aq', '--no-trunc')));
    const expected = onEngines
      .flatMap((ids) => ids.split('\n'))
      .filter((id) => id !== '')
      .toSorted();
    const shown = await eventually('the fleet shows what the engines hold', seenMaxMs, async () => {
      const ids = (await api.containers()).map((container) => container.Id).toSorted();
      if (ids.join() !== expected.join()) throw new Error(`shown ${ids.join()}, held ${expected.join()}`);
      return ids;
    });
    expect(shown).toEqual(expected);
  }
});

type Home = { readonly engine: TestEngine; readonly id: string };

/** `docker run --rm busybox true`, one after the other, each followed by one more piece of work. */
class RunLoop {
  readonly #docker: DockerCli;
  readonly #work: () => Promise<void>;
  readonly errors: string[] = [];
  #successes = 0;
  #begun = 0;
  /** Number of the last run that succeeded. */
  #lastSuccess = 0;
  #isEnding = false;

  constructor(docker: DockerCli, work: () => Promise<void>) {
    this.#docker = docker;
    this.#work = work;
  }

  async run(): Promise<void> {
    while (!this.#isEnding) {
      const number = ++this.#begun;
      const outcome = await this.#docker('run', '--rm', 'busybox', 'true');
      if (outcome.code === 0) {
        this.#successes += 1;
        this.#lastSuccess = number;
      } else this.errors.push(`run ${number}: ${outcome.stderr.trim()}`);
      await this.#work();
    }
  }

  end(): void {
    this.#isEnding = true;
  }

  /** Waits until so many more runs have succeeded. */
  async succeeds(more: number): Promise<void> {
    const goal = this.#successes + more;
    await eventually(`${more} runs succeed (${this.errors.join('; ')})`, seenMaxMs, () =>
      this.#successes >= goal ? true : undefined,
    );
  }

  /** Waits for the success of a run that begins from now on. */
  async succeedsAgain(): Promise<void> {
    const running = this.#begun;
    await eventually('a run succeeds again', seenMaxMs, () => (this.#lastSuccess > running ? true : undefined));
  }
}

/** The count, and the first few. */
function summary(errors: readonly string[]): string {
  return `${errors.length} ${JSON.stringify(errors.slice(0, 3))}`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
