import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';

/** An engine as `docker node ls` and `docker node inspect` read it. There are no managers: every member is a worker. */
export function nodeDocument(engine: FleetEngine): Record<string, unknown> {
  const { identity, record, wish } = engine;
  const updatedAt = new Date(wish?.updatedAtMs ?? record?.sinceMs ?? 0).toISOString();
  return {
    ID: engine.nodeId,
    Version: { Index: wish?.version ?? 0 },
    CreatedAt: new Date(record?.sinceMs ?? 0).toISOString(),
    UpdatedAt: updatedAt,
    Spec: { Name: engine.name, Labels: wish?.labels ?? {}, Role: 'worker', Availability: wish?.availability ?? 'active' },
    Description: {
      Hostname: engine.name,
      Platform: { Architecture: identity?.architecture ?? '', OS: identity?.osType ?? '' },
      Resources: { NanoCPUs: (identity?.cpus ?? 0) * 1e9, MemoryBytes: identity?.memoryBytes ?? 0 },
      Engine: { EngineVersion: identity?.serverVersion ?? '', Labels: identity?.labels ?? {}, Plugins: [] },
    },
    Status: { State: stateOf(engine), Message: record?.reason ?? '', Addr: engine.ip || engine.address },
  };
}

function stateOf(engine: FleetEngine): string {
  const state = engine.record?.state ?? 'pending';
  if (state === 'healthy') return 'ready';
  return state === 'pending' ? 'unknown' : state === 'disconnected' ? 'disconnected' : 'down';
}
