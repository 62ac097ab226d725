import type { MetricFamily } from '#service-shell';
import type { EngineReader } from '../inventory/engine-reader.ts';
import type { EngineConnection } from './engine-connection.ts';

/** What a monitor asks of daemons. An identity is two requests (`/version`, `/info`). */
const kinds = ['ping', 'identity', 'events', 'list', 'inspect', 'call'] as const;
type RequestKind = (typeof kinds)[number];

/** Counts the requests of one monitor to all its engines, so that the cost at rest can be read. */
export class RequestCounts {
  readonly #counts = new Map<RequestKind, number>(kinds.map((kind) => [kind, 0]));

  /** The same connection, counted. */
  counted(connection: EngineConnection): EngineConnection {
    const count = <T>(kind: RequestKind, ask: () => T, requests = 1): T => {
      this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + requests);
      return ask();
    };
    const { reader } = connection;
    const countedReader: EngineReader = {
      listContainers: (ids, listing) => count('list', () => reader.listContainers(ids, listing)),
      inspectContainer: (reference) => count('inspect', () => reader.inspectContainer(reference)),
      containerFacts: (entry, document) => reader.containerFacts(entry, document),
      listedFacts: (entry, nowMs, known) => reader.listedFacts(entry, nowMs, known),
      list: (kind, onOdd) => count('list', () => reader.list(kind, onOdd)),
    };
    return {
      reader: countedReader,
      ping: (timeoutMs) => count('ping', () => connection.ping(timeoutMs)),
      probe: (timeoutMs) => connection.probe(timeoutMs, () => count('ping', () => undefined)),
      identify: () => count('identity', () => connection.identify(), 2),
      openEvents: (stream, signal) => count('events', () => connection.openEvents(stream, signal)),
      call: (request) => count('call', () => connection.call(request)),
      close: () => connection.close(),
    };
  }

  metric(): MetricFamily {
    return {
      name: 'baleen_monitor_engine_requests_total',
      type: 'counter',
      help: 'Requests of this monitor to its engines by kind.',
      samples: [...this.#counts].map(([kind, value]) => ({ labels: { kind }, value })),
    };
  }
}
