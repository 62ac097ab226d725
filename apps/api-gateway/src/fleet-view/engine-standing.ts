import { BaleenError } from '#contracts';
import type { Clock } from '#service-shell';
import type { FleetView } from './fleet-view.ts';

/** What the log says just now of an engine and of who works for it. */
export type EngineStanding = {
  readonly node: string;
  /** Id of the monitor or agent that holds the engine's lease; `undefined` = none does, or it is gone. */
  readonly owner: string | undefined;
  readonly isHealthy: boolean;
  /** Why it is not healthy. */
  readonly reason: string;
};

export function standingOf(view: FleetView, key: string): EngineStanding {
  const engine = view.engine(key);
  const reason =
    engine === undefined
      ? 'it is no member of the fleet any more'
      : (engine.condition.reason ?? `it is ${engine.condition.state}`);
  return { node: engine?.name ?? key, owner: engine?.owner, isHealthy: engine?.isHealthy ?? false, reason };
}

/** For requests that go straight to the daemon: whose monitor it is does not matter. */
export function daemonStandingOf(view: FleetView, key: string): EngineStanding {
  return { ...standingOf(view, key), owner: undefined };
}

/** For the tunnel to an engine behind an agent: the agent itself holds the lease, so without one nobody is at the other end. */
export function agentStandingOf(view: FleetView, key: string): { readonly node: string; readonly agent: string | undefined } {
  const engine = view.engine(key);
  return { node: engine?.name || key, agent: engine?.owner };
}

/** For callers without a view: nothing is ever lost. */
export function unknownStanding(node: string): EngineStanding {
  return { node, owner: undefined, isHealthy: false, reason: '' };
}

/** Often enough that a client notices no delay beyond the detection itself, seldom enough to cost nothing. */
const lookEveryMs = 200;

/**
 * Runs a request whose answer may never come, and aborts it when what it waits for is gone: with cluster/unavailable when the
 * monitor that took it lost the engine (the next one may be asked), with engine/timeout when the engine fell silent meanwhile. The
 * signal it runs under aborts with `also`, too: one signal costs a fraction of what two joined ones do.
 */
export async function whileStanding<T>(
  standing: () => EngineStanding,
  clock: Clock,
  run: (signal: AbortSignal) => Promise<T>,
  also?: AbortSignal,
): Promise<T> {
  const aborter = new AbortController();
  const onAbort = () => aborter.abort(also?.reason);
  if (also?.aborted) onAbort();
  also?.addEventListener('abort', onAbort, { once: true });
  const first = standing();
  const look = () => {
    const loss = lossBetween(first, standing());
    if (loss === undefined) cancel = clock.after(lookEveryMs, look);
    else aborter.abort(loss);
  };
  let cancel = clock.after(lookEveryMs, look);
  try {
    return await run(aborter.signal);
  } finally {
    cancel();
    also?.removeEventListener('abort', onAbort);
  }
}

function lossBetween(first: EngineStanding, now: EngineStanding): BaleenError | undefined {
  const { node } = first;
  if (first.owner !== undefined && now.owner !== first.owner) {
    return new BaleenError(
      'cluster/unavailable',
      `the monitor of node ${node} was lost during the request; look whether it was done`,
    );
  }
  if (first.isHealthy && !now.isHealthy) {
    return new BaleenError('engine/timeout', `node ${node} took the request and fell silent: ${now.reason}`);
  }
  return undefined;
}
