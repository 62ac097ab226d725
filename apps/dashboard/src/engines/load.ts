import type { EngineSummary } from '#contracts';

/** Part of the engine that its containers have asked for, 0 to 1: of CPUs or memory, whichever is more. */
export function loadOf(engine: EngineSummary): number {
  return Math.max(shareOf(engine.reservedCpus, engine.cpus), shareOf(engine.reservedMemoryBytes, engine.memoryBytes));
}

/** 0 of an unknown whole; never beyond 1, though more may be promised. */
export function shareOf(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(1, part / whole);
}
