import type { ContainerPage, DecisionRecord, EngineSummary } from '#contracts';

export type Availability = EngineSummary['availability'];

/** Rejects with what the gateway said. */
async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(path, init);
  const body = (await answer.json()) as unknown;
  if (!answer.ok) throw new Error((body as { message?: string }).message ?? `the gateway answered ${answer.status}`);
  return body as T;
}

export type ContainersWanted = { readonly engine: string | undefined; readonly search: string };

export function containerPageAt({ engine, search }: ContainersWanted, from: number, signal: AbortSignal): Promise<ContainerPage> {
  const query = new URLSearchParams({ search, from: String(from), ...(engine !== undefined && { engine }) });
  return ask(`/baleen/dashboard/containers?${query}`, { signal });
}

/** Why a container is where it is, by operation or container ID. */
export function decisionOf(id: string): Promise<DecisionRecord> {
  return ask(`/baleen/decisions/${encodeURIComponent(id)}`);
}

/** Resolves once every view has it. */
export function setAvailability(nodeId: string, availability: Availability): Promise<unknown> {
  return ask(`/baleen/nodes/${encodeURIComponent(nodeId)}/availability`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ availability }),
  });
}
