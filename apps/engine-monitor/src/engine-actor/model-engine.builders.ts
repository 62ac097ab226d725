import { BaleenError, type ContainerFacts, type EngineAnswer } from '#contracts';
import { containerFacts, engineIdentity } from '#testing';
import type { EngineReader, ListedKind, ListedObject } from '../inventory/engine-reader.ts';
import type { EngineCallRequest, EngineConnection } from './engine-connection.ts';

type ModelContainer = { readonly Id: string; readonly Name: string; State: string; readonly Labels: Record<string, string> };

/** An engine for specs: containers in a map, a switch for its connection, and a log of what it was asked. */
export class ModelEngine {
  readonly containers = new Map<string, ModelContainer>();
  readonly asked: string[] = [];
  /** API version of each of those. */
  readonly versions: string[] = [];
  /** How often it was asked what it is. */
  identified = 0;
  /** What every conversation with it fails with, if anything. */
  failure: BaleenError | undefined;
  /** Calls wait for this before they are answered. */
  gate: Promise<void> = Promise.resolve();
  clockNs = 1_700_000_000_000_000_000n;
  readonly #history: { readonly timeNs: bigint; readonly line: Buffer }[] = [];
  #event: (line: Buffer) => void = () => undefined;
  #endEvents: (cause: string) => void = () => undefined;

  connection(): EngineConnection {
    const answer = async <T>(value: () => T): Promise<T> => {
      if (this.failure !== undefined) throw this.failure;
      return value();
    };
    return {
      reader: this.#reader(answer),
      ping: () => answer(() => undefined),
      probe: () => answer(() => undefined),
      identify: () =>
        answer(() => {
          this.identified += 1;
          return { identity: modelIdentity, clockDeltaMs: 0 };
        }),
      openEvents: ({ sinceNs, onOpened, onLine }) =>
        answer(() => {
          onOpened?.(this.clockNs);
          this.#event = onLine;
          if (sinceNs !== undefined) for (const event of this.#history) if (event.timeNs >= sinceNs) onLine(event.line);
          return { ended: new Promise<string>((resolve) => (this.#endEvents = resolve)) };
        }),
      call: async (request) => {
        this.asked.push(`${request.method} ${decodeURIComponent(request.path)}`);
        this.versions.push(request.apiVersion);
        await this.gate;
        return answer(() => this.#call(request));
      },
      close: () => Promise.resolve(),
    };
  }

  run(name: string, labels: Record<string, string> = {}, state = 'running'): string {
    const id = Buffer.from(name).toString('hex').padEnd(64, '0');
    this.containers.set(id, { Id: id, Name: name, State: state, Labels: labels });
    return id;
  }

  /** Sends a container event; the model's clock goes on by a second with each. `heard` false = the stream is broken just then. */
  say(action: string, id: string, heard = true): void {
    this.clockNs += 1_000_000_000n;
    const actor = { ID: id, Attributes: this.containers.get(id)?.Labels ?? {} };
    const said = JSON.stringify({ Type: 'container', Action: action, Actor: actor });
    const line = Buffer.from(`${said.slice(0, -1)},"timeNano":${this.clockNs}}`);
    this.#history.push({ timeNs: this.clockNs, line });
    if (heard) this.#event(line);
  }

  breakEvents(): void {
    this.#event = () => undefined;
    this.#endEvents('connection reset');
  }

  refuse(): void {
    this.failure = new BaleenError('engine/unreachable', 'connection refused', { details: { sent: false } });
    this.#endEvents('connection reset');
  }

  #call({ method, path, body }: EngineCallRequest): EngineAnswer {
    if (method === 'GET') {
      const label = /"label":\["[^=]*=([^"]*)"\]/.exec(decodeURIComponent(path))?.[1];
      const found = [...this.containers.values()].filter(({ Labels }) => Labels['io.baleen.operation'] === label);
      return { status: 200, headers: {}, body: JSON.stringify(found) };
    }
    const started = /^\/containers\/([^/]+)\/start/.exec(path)?.[1];
    if (started !== undefined) return this.#start(started);
    const name = new URLSearchParams(path.split('?')[1]).get('name') ?? '';
    const id = this.run(name, (JSON.parse(body) as { Labels: Record<string, string> }).Labels, 'created');
    this.say('create', id);
    return { status: 201, headers: {}, body: JSON.stringify({ Id: id, Warnings: [] }) };
  }

  #start(id: string): EngineAnswer {
    const container = this.containers.get(id);
    if (container !== undefined) container.State = 'running';
    this.say('start', id);
    return { status: container === undefined ? 404 : 204, headers: {}, body: '' };
  }

  #reader(answer: <T>(value: () => T) => Promise<T>): EngineReader {
    const summaryOf = (container: ModelContainer) => ({ id: container.Id, summary: Buffer.from(JSON.stringify(container)) });
    return {
      listContainers: (ids) =>
        answer(() => [...this.containers.values()].filter(({ Id }) => ids?.includes(Id) ?? true).map(summaryOf)),
      inspectContainer: (id) =>
        answer(() => {
          const found = this.containers.get(id);
          return found === undefined ? undefined : { id, document: Buffer.from(JSON.stringify(found)) };
        }),
      containerFacts: ({ summary }) => factsOf(JSON.parse(summary.toString()) as ModelContainer),
      listedFacts: ({ summary }) => factsOf(JSON.parse(summary.toString()) as ModelContainer),
      list: <K extends ListedKind>() => answer((): ListedObject<K>[] => []),
    };
  }
}

const modelIdentity = engineIdentity('node-1', { id: 'ID-1' });

function factsOf({ Id, Name, State, Labels }: ModelContainer): ContainerFacts {
  return containerFacts(Id, { names: [Name], image: 'busybox', state: State, labels: Labels });
}
