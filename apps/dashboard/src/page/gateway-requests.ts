import type { ContainerPage, DecisionRecord, EngineSummary } from '#contracts';
import { askWho, authorization, sessionNumber } from '../sign-in/session.ts';

export type Availability = EngineSummary['availability'];

const unauthenticated = 401;

/** Asks in the name of whoever is signed in; where the gateway does not know who that is, the page asks for it. Rejects with what the gateway said. */
export async function answerOf(path: string, init: RequestInit = {}, refusals = [unauthenticated]): Promise<Response> {
  const session = sessionNumber.peek();
  const answer = await fetch(path, { ...init, headers: { ...init.headers, ...authorization() } });
  if (answer.ok) return answer;
  const { message: reason = `the gateway answered ${answer.status}` } = (await answer.json()) as { message?: string };
  // Somebody may have signed in meanwhile.
  if (refusals.includes(answer.status) && session === sessionNumber.peek()) askWho(reason);
  throw new Error(reason);
}

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  return (await (await answerOf(path, init)).json()) as T;
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
