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
  decision.value = { is: 'asked' };
  try {
    decision.value = { is: 'known', decision: await decisionOf(id) };
  } catch (error) {
    decision.value = { is: 'missing', reason: (error as Error).message };
  }
}

export function hideDecision(): void {
  decision.value = undefined;
}
