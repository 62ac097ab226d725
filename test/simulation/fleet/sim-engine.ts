import { BaleenError, type EngineAnswer, type EngineIdentity, labels } from '#contracts';
import type { SeededRandom } from '#testing';
import type { SimClock } from '../kernel/sim-clock.ts';

export type SimContainer = {
  readonly id: string;
  name: string;
  state: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly memoryBytes: number;
  readonly hostPorts: readonly string[];
  /** Whoever asked for it was dead when the daemon came to it. */
  readonly isOrphan: boolean;
};

export type EngineCall = {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** Its sender has died while it was on its way. */
  readonly isOrphan: boolean;
};

/** How the daemon behaves just now. */
export type EngineMood = {
  /** refusing: connections fail at once; silent: nothing is answered. */
  readonly state: 'up' | 'refusing' | 'silent';
  readonly latencyMaxMs: number;
  /** Part of the calls that are done, but whose connection breaks before the answer. */
  readonly breaks: number;
  /** Part of the creates that the daemon fails with 500 without doing anything. */
  readonly fails: number;
};

export const goodMood: EngineMood = { state: 'up', latencyMaxMs: 3, breaks: 0, fails: 0 };

export type EngineHooks = {
  readonly onCreated: (engine: SimEngine, container: SimContainer) => void;
  readonly onRenamed: (engine: SimEngine, container: SimContainer) => void;
};

type CreateBody = {
  readonly Labels?: Record<string, string>;
  readonly HostConfig?: { readonly Memory?: number; readonly PortBindings?: Record<string, { HostPort?: string }[]> };
};

/** A Docker daemon of the world: its containers outlive every process and every bad mood. Its names are unique, its calls atomic. */
export class SimEngine {
  readonly key: string;
  readonly address: string;
  readonly identity: EngineIdentity;
  readonly containers = new Map<string, SimContainer>();
  mood: EngineMood = goodMood;
  readonly #clock: SimClock;
  readonly #random: SeededRandom;
  readonly #hooks: EngineHooks;
  /** Exchanges that a silent daemon holds up. */
  readonly #stalled: (() => void)[] = [];
  readonly #listeners = new Set<{ readonly onLine: (line: Buffer) => void; readonly onEnd: (cause: string) => void }>();

  constructor(
    facts: { readonly key: string; readonly address: string; readonly name: string; readonly memoryBytes: number },
    world: { readonly clock: SimClock; readonly random: SeededRandom; readonly hooks: EngineHooks },
  ) {
    this.key = facts.key;
    this.address = facts.address;
    this.identity = identityOf(facts.name, facts.memoryBytes);
    this.#clock = world.clock;
    this.#random = world.random;
    this.#hooks = world.hooks;
  }

  /** The daemon's process dies or hangs, or recovers; its containers stay. What waited for a silent one goes on. */
  setMood(mood: EngineMood): void {
    this.mood = mood;
    if (mood.state === 'silent') return;
    if (mood.state === 'refusing') {
      for (const { onEnd } of this.#listeners) onEnd('connection reset');
      this.#listeners.clear();
    }
    for (const goOn of this.#stalled.splice(0)) goOn();
  }

  /** One exchange: the way there, the work, the way back. */
  converse<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.mood.state === 'refusing') return reject(unreachable('connection refused'));
      const reset = () => reject(unreachable('connection reset'));
      this.#step(() => {
        const result = work();
        const isBroken = this.#random.chance(this.mood.breaks);
        this.#step(() => (isBroken ? reset() : resolve(result)), reset);
      }, reset);
    });
  }

  #step(next: () => void, reset: () => void): void {
    this.#clock.after(this.#random.between(0, this.mood.latencyMaxMs), () => {
      if (this.mood.state === 'silent') this.#stalled.push(() => this.#step(next, reset));
      else if (this.mood.state === 'refusing') reset();
      else next();
    });
  }

  listen(onLine: (line: Buffer) => void, onEnd: (cause: string) => void): () => void {
    const listener = { onLine, onEnd };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  call({ method, path, body, isOrphan }: EngineCall): EngineAnswer {
    const [where = '', query = ''] = path.split('?');
    const [, , reference = '', verb = ''] = where.split('/');
    const parameters = new URLSearchParams(query);
    if (method === 'GET') return this.#list(parameters);
    if (reference === 'create') {
      return this.#create(parameters.get('name') ?? '', JSON.parse(body) as CreateBody, isOrphan);
    }
    const container = this.#find(decodeURIComponent(reference));
    if (container === undefined) return refusal(404, `No such container: ${reference}`);
    if (method === 'DELETE') return this.#remove(container);
    if (verb === 'rename') return this.#rename(container, parameters.get('name') ?? '');
    throw new Error(`the model engine does not serve ${method} ${path}`);
  }

  summary({ id, name, state, labels: own }: SimContainer): Buffer {
    return Buffer.from(JSON.stringify({ Id: id, Names: [`/${name}`], Image: 'app', State: state, Labels: own }));
  }

  document({ id, name, state, labels: own, memoryBytes, hostPorts }: SimContainer): Buffer {
    const bindings = Object.fromEntries(hostPorts.map((port) => [`${port}/tcp`, [{ HostPort: port }]]));
    return Buffer.from(
      JSON.stringify({
        Id: id,
        Name: `/${name}`,
        State: { Status: state },
        Config: { Image: 'app', Labels: own },
        HostConfig: { NetworkMode: 'bridge', Memory: memoryBytes, PortBindings: bindings },
      }),
    );
  }

  #list(parameters: URLSearchParams): EngineAnswer {
    const wanted = (JSON.parse(parameters.get('filters') ?? '{}') as { label?: string[] }).label ?? [];
    const found = [...this.containers.values()].filter((container) =>
      wanted.every((label) => container.labels[label.slice(0, label.indexOf('='))] === label.slice(label.indexOf('=') + 1)),
    );
    return { status: 200, headers: {}, body: `[${found.map((container) => this.summary(container).toString()).join(',')}]` };
  }

  #create(name: string, body: CreateBody, isOrphan: boolean): EngineAnswer {
    if (this.#random.chance(this.mood.fails)) return refusal(500, 'the daemon is out of sorts');
    const holder = name === '' ? undefined : this.#named(name);
    if (holder !== undefined) return nameConflict(name, holder);
    const id = this.#random.hex(32);
    const bindings = Object.values(body.HostConfig?.PortBindings ?? {}).flat();
    const container: SimContainer = {
      id,
      name: name === '' ? `quiet_${id.slice(0, 8)}` : name,
      state: 'created',
      labels: body.Labels ?? {},
      memoryBytes: body.HostConfig?.Memory ?? 0,
      hostPorts: bindings.flatMap(({ HostPort }) => HostPort ?? []),
      isOrphan,
    };
    this.containers.set(id, container);
    this.#hooks.onCreated(this, container);
    this.#say('create', container);
    return { status: 201, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ Id: id, Warnings: [] }) };
  }

  #remove(container: SimContainer): EngineAnswer {
    this.containers.delete(container.id);
    this.#say('destroy', container);
    return { status: 204, headers: {}, body: '' };
  }

  #rename(container: SimContainer, name: string): EngineAnswer {
    const holder = this.#named(name);
    if (holder !== undefined) return nameConflict(name, holder);
    container.name = name;
    this.#hooks.onRenamed(this, container);
    this.#say('rename', container);
    return { status: 204, headers: {}, body: '' };
  }

  #find(reference: string): SimContainer | undefined {
    return this.containers.get(reference) ?? this.#named(reference);
  }

  #named(name: string): SimContainer | undefined {
    for (const container of this.containers.values()) if (container.name === name) return container;
    return undefined;
  }

  #say(action: string, { id, labels: own }: SimContainer): void {
    const line = Buffer.from(JSON.stringify({ Type: 'container', Action: action, Actor: { ID: id, Attributes: own } }));
    for (const { onLine } of this.#listeners) onLine(line);
  }
}

/** The operation that made a container; empty = none of Baleen's. */
export function operationOf(container: SimContainer): string {
  return container.labels[labels.operation] ?? '';
}

function unreachable(cause: string): BaleenError {
  return new BaleenError('engine/unreachable', cause);
}

function refusal(status: number, message: string): EngineAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}

function nameConflict(name: string, { id }: SimContainer): EngineAnswer {
  return refusal(409, `Conflict. The container name "/${name}" is already in use by container "${id}".`);
}

function identityOf(name: string, memoryBytes: number): EngineIdentity {
  return {
    id: `ID-${name}`,
    name,
    ip: '10.0.0.1',
    cpus: 64,
    memoryBytes,
    labels: {},
    storageDriver: 'overlay2',
    kernelVersion: '6',
    operatingSystem: 'Linux',
    osType: 'linux',
    architecture: 'x86_64',
    serverVersion: '28.0.0',
    apiVersion: '1.51',
    minApiVersion: '1.24',
    runtimes: ['runc'],
    devices: [],
  };
}
