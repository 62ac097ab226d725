import { shortId } from '#docker-api';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { FleetContainer } from '../../fleet-view/roll/fleet-container.ts';

export type TaskDocument = { readonly DesiredState: string } & Record<string, unknown>;

/** The engine's containers as tasks, so that `docker node ps` lists them; `ServiceID` is what the CLI prints as the name. */
export function taskDocuments(engine: FleetEngine): TaskDocument[] {
  return [...engine.shelves.container.values()].map((container) => taskDocument(engine, container));
}

function taskDocument(engine: FleetEngine, { facts }: FleetContainer): TaskDocument {
  const isUp = facts.state === 'running' || facts.state === 'paused' || facts.state === 'restarting';
  const changedAtMs = (isUp ? facts.startedAtMs : facts.finishedAtMs) || facts.createdAtMs;
  const endState = facts.exitCode === 0 ? 'complete' : 'failed';
  return {
    ID: facts.id.slice(0, 25),
    Version: { Index: 0 },
    CreatedAt: new Date(facts.createdAtMs).toISOString(),
    UpdatedAt: new Date(changedAtMs).toISOString(),
    Labels: facts.labels,
    Spec: { ContainerSpec: { Image: facts.image }, ForceUpdate: 0 },
    ServiceID: facts.names[0] ?? shortId(facts.id),
    Slot: 1,
    NodeID: engine.nodeId,
    DesiredState: isUp ? 'running' : 'shutdown',
    Status: {
      Timestamp: new Date(changedAtMs).toISOString(),
      State: isUp ? 'running' : facts.state === 'created' ? 'ready' : endState,
      Message: facts.state,
      ContainerStatus: { ContainerID: facts.id, PID: 0, ExitCode: facts.exitCode },
      PortStatus: {},
    },
  };
}
