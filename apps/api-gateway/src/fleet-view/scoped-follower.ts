import { BaleenError } from '#contracts';
import type { AwaitedRecord } from './awaited-records.ts';
import type { FleetView } from './fleet-view.ts';
import type { FollowedView, ViewListener } from './view-follower.ts';
import type { ViewScope } from './view-scope.ts';

/** A follower's view as somebody sees it who may not know of everything. */
export class ScopedFollower implements FollowedView {
  readonly #whole: FollowedView;
  readonly #scope: ViewScope;
  #isRetired = false;

  constructor(whole: FollowedView, scope: ViewScope) {
    this.#whole = whole;
    this.#scope = scope;
  }

  /** Throws access/refused once the scope is no more: requests that are still under way must not go on with it. */
  get view(): FleetView {
    if (this.#isRetired)
      throw new BaleenError('access/refused', 'the policy has changed while this request was under way: ask again');
    return this.#whole.view.scoped(this.#scope);
  }

  /** The policy that the scope came from is no more. */
  retire(): void {
    this.#isRetired = true;
    this.#whole.view.forget(this.#scope);
  }

  get ready(): Promise<void> {
    return this.#whole.ready;
  }

  get isReady(): boolean {
    return this.#whole.isReady;
  }

  upToDate(): Promise<void> {
    return this.#whole.upToDate();
  }

  toldInLog(): Promise<void> {
    return this.#whole.toldInLog();
  }

  barrier(): Promise<void> {
    return this.#whole.barrier();
  }

  reached(sequence: number): Promise<void> {
    return this.#whole.reached(sequence);
  }

  hasNext(record: AwaitedRecord): Promise<boolean> {
    return this.#whole.hasNext(record);
  }

  get sequence(): number {
    return this.#whole.sequence;
  }

  get lagMs(): number | undefined {
    return this.#whole.lagMs;
  }

  watch(listener: ViewListener): () => void {
    return this.#whole.watch(listener);
  }

  known(): Promise<void> {
    return this.#whole.known();
  }
}
