import type { ContainerFacts, EngineState, ReplacementRecord } from '#contracts';
import { policyOf, volumesLeftBehind } from './reschedule-policy.ts';

/** What the plan reads of an engine. */
export type PlanEngine = {
  readonly key: string;
  readonly state: EngineState;
  readonly availability: 'active' | 'pause' | 'drain';
  /** Containers with a policy that is not `off`. */
  readonly movable: Iterable<ContainerFacts>;
  readonly isLocalVolume: (name: string) => boolean;
};

export type PlanFleet = {
  readonly engines: Iterable<PlanEngine>;
  readonly replacement: (container: string) => ReplacementRecord | undefined;
  /** True when the operation's container is in the log, on whatever engine. */
  readonly exists: (operation: string) => boolean;
  /** Why the container's original request is no order of this fleet; `undefined` = it is one. */
  readonly problemOf: (facts: ContainerFacts) => string | undefined;
};

export type Cause = 'node-failure' | 'drain';

export type Step =
  /** Place it again, or finish what an earlier leader began. */
  | {
      readonly type: 'replace';
      readonly container: string;
      readonly engine: string;
      readonly operation: string;
      readonly cause: Cause;
    }
  /** The engine came back before anything was made: everything stays as it was. */
  | { readonly type: 'abandon'; readonly container: string; readonly operation: string }
  /** The engine is back and the container was replaced: put the old copy aside. */
  | { readonly type: 'retire'; readonly container: string; readonly engine: string }
  /** It should move and must not; told once. */
  | {
      readonly type: 'stay';
      readonly container: string;
      readonly operation: string;
      readonly cause: Cause;
      readonly reason: string;
    };

/** A create of an earlier leader may still arrive within this time after the replacing was begun (twice its call's deadline). */
export const lateCreateMs = 120_000;

/** States in which there is nothing to move. */
const goneStates: ReadonlySet<string> = new Set(['removing', 'dead']);

/** A container is replaced once at most, so its id alone names the operation: every leader repeats the same one. */
function replacementOperation(container: string): string {
  return `reschedule-${container}`;
}

/**
 * What is to be done for containers whose engine failed or drains, and for old copies on engines that came back (spec 6, without 9.3-1, 6, 35).
 * Level-triggered: what an earlier leader missed is found by the next. Pure.
 */
export function planRescheduling(fleet: PlanFleet, nowMs: number): Step[] {
  const steps: Step[] = [];
  for (const engine of fleet.engines) {
    for (const facts of engine.movable) {
      const step = stepFor(fleet, engine, facts, nowMs);
      if (step !== undefined) steps.push(step);
    }
  }
  return steps;
}

function stepFor(fleet: PlanFleet, engine: PlanEngine, facts: ContainerFacts, nowMs: number): Step | undefined {
  const container = facts.id;
  const operation = replacementOperation(container);
  const replacement = fleet.replacement(container);
  const cause = causeOf(engine);
  switch (replacement?.state) {
    case 'retired':
      return undefined;
    case 'done':
      return engine.state === 'healthy' ? { type: 'retire', container, engine: engine.key } : undefined;
    case 'started': {
      const finish = cause !== undefined || fleet.exists(operation);
      if (finish) return ordered(fleet, engine, facts, operation, cause ?? replacement.cause);
      const settled = engine.state === 'healthy' && nowMs - replacement.atMs > lateCreateMs;
      return settled ? { type: 'abandon', container, operation } : undefined;
    }
    case undefined:
      return cause === undefined || goneStates.has(facts.state) ? undefined : begin(fleet, engine, facts, operation, cause);
  }
}

function begin(fleet: PlanFleet, engine: PlanEngine, facts: ContainerFacts, operation: string, cause: Cause): Step {
  const left = volumesLeftBehind(facts, engine.isLocalVolume);
  if (left.length > 0 && policyOf(facts) !== 'on-node-failure-stateful') {
    const reason = `its volumes stay on the node (${left.join(', ')}): only on-node-failure-stateful moves it without them`;
    return { type: 'stay', container: facts.id, operation, cause, reason };
  }
  return ordered(fleet, engine, facts, operation, cause);
}

/** What is made elsewhere was asked of a gateway: an engine, or an image, can write labels as it likes. */
function ordered(fleet: PlanFleet, engine: PlanEngine, facts: ContainerFacts, operation: string, cause: Cause): Step {
  const reason = fleet.problemOf(facts);
  if (reason !== undefined) return { type: 'stay', container: facts.id, operation, cause, reason };
  return { type: 'replace', container: facts.id, engine: engine.key, operation, cause };
}

/** Only an engine that was reached and failed counts as dead: one behind a cut link (disconnected) runs its containers on. */
function causeOf(engine: PlanEngine): Cause | undefined {
  if (engine.state === 'unhealthy') return 'node-failure';
  return engine.state === 'healthy' && engine.availability === 'drain' ? 'drain' : undefined;
}
