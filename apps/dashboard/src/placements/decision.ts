import { signal } from '@preact/signals';
import type { DecisionRecord } from '#contracts';
import { decisionOf } from '../page/gateway-requests.ts';

/** The decision that is shown. */
export type ShownDecision =
  | { readonly is: 'asked' }
  | { readonly is: 'known'; readonly decision: DecisionRecord }
  | { readonly is: 'missing'; readonly reason: string };

export const decision = signal<ShownDecision | undefined>(undefined);

/** By operation or container ID. */
export async function showDecision(id: string): Promise<void> {
  const asked: ShownDecision = { is: 'asked' };
  decision.value = asked;
  const answer = await answerTo(id);
  // Another may have been asked for since, or none.
  if (decision.value === asked) decision.value = answer;
}

async function answerTo(id: string): Promise<ShownDecision> {
  try {
    return { is: 'known', decision: await decisionOf(id) };
  } catch (error) {
    return { is: 'missing', reason: (error as Error).message };
  }
}

export function hideDecision(): void {
  decision.value = undefined;
}
