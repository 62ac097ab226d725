import { BaleenError } from '#contracts';
import { readWhole } from '../../http/request-body.ts';
import type { ContainerLocator, EngineTarget } from '../../relay/container-locator.ts';
import { type EngineCaller, headTimeoutMs } from '../../relay/engine-caller.ts';
import { enginePath } from '../../relay/head-rewrite.ts';

/** Exec ids remembered; the oldest is forgotten first and would be asked for again. An id and a key are about 200 bytes: 4 MB. */
const rememberedMax = 20_000;

/** An exec instance is told in some 500 bytes and its command. */
const inspectMaxBytes = 1024 * 1024;

/** Which engine an exec instance is on. Ids of execs made through other gateways are asked for once. */
export class ExecIndex {
  readonly #engines = new Map<string, string>();
  readonly #asking = new Map<string, Promise<EngineTarget>>();
  readonly #locator: ContainerLocator;
  readonly #caller: EngineCaller;

  constructor(locator: ContainerLocator, caller: EngineCaller) {
    this.#locator = locator;
    this.#caller = caller;
  }

  remember(execId: string, engineKey: string): void {
    this.#engines.delete(execId);
    this.#engines.set(execId, engineKey);
    const [oldest] = this.#engines.keys();
    if (this.#engines.size > rememberedMax && oldest !== undefined) this.#engines.delete(oldest);
  }

  /** Throws request/not-found `No such exec instance: <id>`, or engine/unhealthy when an engine that may have it does not answer. */
  async locate(execId: string): Promise<EngineTarget> {
    const key = this.#engines.get(execId);
    const known = this.#locator.allEngines().find((engine) => engine.key === key);
    if (known === undefined) return this.#askOnce(execId);
    if (known.state === 'healthy') return known;
    throw new BaleenError(
      'engine/unhealthy',
      `exec ${execId} running on unhealthy node ${known.node}: ${known.reason ?? known.state}`,
    );
  }

  #askOnce(execId: string): Promise<EngineTarget> {
    const running = this.#asking.get(execId);
    if (running !== undefined) return running;
    const asking = this.#askAll(execId).finally(() => this.#asking.delete(execId));
    this.#asking.set(execId, asking);
    return asking;
  }

  async #askAll(execId: string): Promise<EngineTarget> {
    const engines = this.#locator.allEngines();
    const answers = await Promise.all(engines.map((engine) => this.#ask(engine, execId)));
    const [holder, ...others] = engines.filter((_, i) => answers[i] === 'holds');
    if (holder !== undefined && others.length > 0) {
      // IDs of exec instances are random: one of these takes what is not its own, and would get what the client sends.
      const nodes = [holder, ...others].map((engine) => engine.node || engine.address).join(' and ');
      throw new BaleenError('request/invalid', `exec instance ${execId} is ambiguous: ${nodes} say that they have it`);
    }
    if (holder !== undefined) {
      this.remember(execId, holder.key);
      return holder;
    }
    const silent = engines.filter((_, i) => answers[i] === 'silent').map((engine) => engine.node || engine.address);
    if (silent.length === 0) throw new BaleenError('request/not-found', `No such exec instance: ${execId}`);
    throw new BaleenError(
      'engine/unhealthy',
      `No node that answers has exec instance ${execId}; no answer from ${silent.join(', ')}`,
    );
  }

  async #ask(engine: EngineTarget, execId: string): Promise<'holds' | 'lacks' | 'silent'> {
    if (engine.state !== 'healthy') return 'silent';
    try {
      const { response } = await this.#caller.call({
        engine,
        method: 'GET',
        path: enginePath(engine, engine.apiVersion, `/exec/${encodeURIComponent(execId)}/json`, ''),
        head: ['Host', 'docker'],
        headTimeoutMs,
        signal: new AbortController().signal,
        send: (request) => request.end(),
        isRepeatable: true,
      });
      const body = await readWhole(response, inspectMaxBytes);
      return response.statusCode === 200 && (await this.#locator.mayKnow(containerIn(body), engine.key)) ? 'holds' : 'lacks';
    } catch (error) {
      if (error instanceof BaleenError) return 'silent';
      throw error;
    }
  }
}

/** Whose exec instance it is; empty for an answer of another form, which names no container. */
function containerIn(body: Buffer): string {
  return /"ContainerID"\s*:\s*"([0-9a-f]{64})"/.exec(body.toString('utf8'))?.[1] ?? '';
}
