import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';

/** An engine as `docker node ls` and `docker node inspect` read it. There are no managers: every member is a worker. */
export function nodeDocument(engine: FleetEngine): Record<string, unknown> {
  const { identity, condition, wish } = engine;
  const sinceMs = condition.sinceMs ?? 0;
  return {
    ID: engine.nodeId,
    Version: { Index: wish?.version ?? 0 },
    CreatedAt: new Date(sinceMs).toISOString(),
    UpdatedAt: new Date(wish?.updatedAtMs ?? sinceMs).toISOString(),
    Spec: { Name: engine.name, Labels: wish?.labels ?? {}, Role: 'worker', Availability: wish?.availability ?? 'active' },
    Description: {
      // One that never answered has no name yet: its address tells which it is.
      Hostname: engine.name || engine.address,
      Platform: { Architecture: identity?.architecture ?? '', OS: identity?.osType ?? '' },
      Resources: { NanoCPUs: (identity?.cpus ?? 0) * 1e9, MemoryBytes: identity?.memoryBytes ?? 0 },
      Engine: { EngineVersion: identity?.serverVersion ?? '', Labels: identity?.labels ?? {}, Plugins: [] },
    },
    Status: statusOf(engine),
  };
}

/** The Engine API's members, and of ours (no client minds them) what it does not know: our state, since when, and the next retry. */
function statusOf(engine: FleetEngine): Record<string, unknown> {
  const { reason, sinceMs, nextRetryAtMs } = engine.condition;
  return {
    State: nodeState(engine),
    Message: reason ?? '',
    Addr: engine.ip || engine.address,
    Condition: engine.shownState,
    ...(sinceMs !== undefined && { Since: new Date(sinceMs).toISOString() }),
    ...(nextRetryAtMs !== undefined && { NextRetry: new Date(nextRetryAtMs).toISOString() }),
  };
}

/** The Engine API's words for a node's state. */
function nodeState(engine: FleetEngine): string {
  const { state } = engine.condition;
  if (state === 'healthy') return 'ready';
  return state === 'pending' ? 'unknown' : state === 'disconnected' ? 'disconnected' : 'down';
}
