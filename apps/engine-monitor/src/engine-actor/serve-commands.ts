import type { Actor } from '#actor';
import { type ClusterBus, type Served, serveEngine } from '#cluster-bus';
import { type Clock, sleep } from '#service-shell';
import type { EngineCommander } from '../commands/engine-commander.ts';
import type { EngineActorState, EngineMessage } from './engine-messages.ts';

/** `cmd.engine.<key>.probe` answers by then, whatever is known. */
const probeAnswerMaxMs = 5_000;
const probePollMs = 50;

export type ServedParts = {
  readonly bus: ClusterBus;
  /** Of the engine. */
  readonly key: string;
  readonly commander: EngineCommander;
  readonly actor: Actor<EngineActorState, EngineMessage>;
  readonly clock: Clock;
};

/** Answers `cmd.engine.<key>.*` from now on; resolves once commands arrive. */
export function serveCommands({ bus, key, commander, actor, clock }: ServedParts): Promise<Served> {
  return serveEngine(bus, key, {
    create: (request, { deadlineMs }) => commander.create(request, deadlineMs),
    call: (request) => commander.call(request),
    refresh: (request) => commander.refresh(request),
    probe: () => probed(actor, clock),
  });
}

/** The engine's health after a probe that begins now. */
async function probed(actor: Actor<EngineActorState, EngineMessage>, clock: Clock): Promise<{ state: string }> {
  const askedAtMs = clock.nowMs();
  const untilMs = clock.monotonicMs() + probeAnswerMaxMs;
  actor.tell({ type: 'probe-wanted' });
  while (actor.state.updatedAtMs < askedAtMs && clock.monotonicMs() < untilMs) await sleep(clock, probePollMs);
  return { state: actor.state.health };
}
