import type { BaleenError } from '#contracts';
import type { EngineConnection } from './engine-connection.ts';

/** An engine whose address cannot be used: it stays pending with this reason until discovery lists it otherwise. */
export function unusableConnection(reason: BaleenError): EngineConnection {
  const refuse = () => Promise.reject(reason);
  return {
    reader: {
      listContainers: refuse,
      inspectContainer: refuse,
      list: refuse,
      containerFacts: () => raise(reason),
      listedFacts: () => raise(reason),
    },
    ping: refuse,
    probe: refuse,
    identify: refuse,
    openEvents: refuse,
    call: refuse,
    close: () => Promise.resolve(),
  };
}

function raise(reason: BaleenError): never {
  throw reason;
}
