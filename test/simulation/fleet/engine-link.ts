import { BaleenError } from '#contracts';
import { containerFacts, containerRow, listedFacts } from '#docker-api';
import type { EngineConnection } from '../../../apps/engine-monitor/src/engine-actor/engine-connection.ts';
import type { EngineReader, ListedKind, ListedObject } from '../../../apps/engine-monitor/src/inventory/engine-reader.ts';
import type { SimProcess } from '../kernel/sim-process.ts';
import type { SimEngine } from './sim-engine.ts';

/** As the Docker reader's (apps/engine-monitor). */
const readTimeoutMs = 30_000;

/** A monitor's connection to an engine of the world: what comes back waits while the process is paused, and never reaches a dead one. */
export function engineLink(engine: SimEngine, process: SimProcess): EngineConnection {
  const ask = <T>(work: () => T, timeoutMs: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const cancel = process.clock.after(timeoutMs, () =>
        reject(new BaleenError('engine/timeout', `no answer within ${timeoutMs} ms`)),
      );
      const finish = (settle: () => void) =>
        process.enter(() => {
          cancel();
          settle();
        });
      engine.converse(work).then(
        (value) => finish(() => resolve(value)),
        (error: unknown) => finish(() => reject(error)),
      );
    });
  return {
    reader: readerOf(engine, (work) => ask(work, readTimeoutMs)),
    ping: (timeoutMs) => ask(() => undefined, timeoutMs),
    probe: (timeoutMs) => ask(() => undefined, timeoutMs),
    identify: () => ask(() => ({ identity: engine.identity, clockDeltaMs: 0 }), readTimeoutMs),
    openEvents: async ({ onLine }, signal) => {
      const ended = Promise.withResolvers<string>();
      let stop: () => unknown = () => undefined;
      await ask(() => {
        stop = engine.listen(
          (line) => process.enter(() => onLine(line)),
          (cause) => process.enter(() => ended.resolve(cause)),
        );
      }, readTimeoutMs);
      process.onKilled(() => stop());
      const close = () => {
        stop();
        ended.resolve('closed');
      };
      if (signal.aborted) close();
      signal.addEventListener('abort', close, { once: true });
      return { ended: ended.promise };
    },
    call: ({ method, path, body, timeoutMs }) =>
      ask(() => engine.call({ method, path, body, isOrphan: process.isDead }), timeoutMs),
    close: () => Promise.resolve(),
  };
}

function readerOf(engine: SimEngine, ask: <T>(work: () => T) => Promise<T>): EngineReader {
  return {
    listContainers: (ids) =>
      ask(() =>
        [...engine.containers.values()]
          .filter(({ id }) => ids?.includes(id) ?? true)
          .map((container) => ({ id: container.id, summary: engine.summary(container) })),
      ),
    inspectContainer: (reference) =>
      ask(() => {
        const container = engine.containers.get(reference);
        return container === undefined ? undefined : { id: container.id, document: engine.document(container) };
      }),
    containerFacts: ({ summary }, document) => containerFacts(containerRow(summary).value, document),
    listedFacts: ({ summary }, nowMs, known) => listedFacts(containerRow(summary).value, nowMs, known),
    list: <K extends ListedKind>() => ask((): ListedObject<K>[] => []),
  };
}
