import { BaleenError } from '#contracts';
import type { Clock } from '#service-shell';
import type { SourceObserver } from '../discovery-source.ts';
import { type ItemForm, readItems } from './node-list.ts';

/**
 * Turns what a source holds into what its observer hears: changed lists once, bad entries by name beside the good ones, an outage's
 * error not more often than every `repeatMs`.
 */
export class ListReporter {
  readonly #observer: SourceObserver;
  readonly #clock: Clock;
  readonly #repeatMs: number;
  readonly #form: ItemForm;
  #shownList: string | undefined;
  #shownProblems: ReadonlySet<string> = new Set();
  #failure: { readonly message: string; readonly atMs: number } | undefined;

  constructor(observer: SourceObserver, clock: Clock, repeatMs: number, form: ItemForm) {
    this.#observer = observer;
    this.#clock = clock;
    this.#repeatMs = repeatMs;
    this.#form = form;
  }

  /** The source was read: its entries as they stand there, empty ones left out. */
  read(items: readonly string[]): void {
    let read: ReturnType<typeof readItems>;
    try {
      read = readItems(items, this.#form);
    } catch (error) {
      if (!(error instanceof BaleenError)) throw error;
      this.failed(error);
      return;
    }
    this.#failure = undefined;
    const { addresses, problems } = read;
    for (const problem of problems) if (!this.#shownProblems.has(problem.message)) this.#observer.onError(problem);
    this.#shownProblems = new Set(problems.map((problem) => problem.message));
    // Nothing but bad entries: the wrong file or folder, not an empty fleet.
    if (addresses.length === 0 && problems.length > 0) return;
    const list = addresses.join('\n');
    if (list === this.#shownList) return;
    this.#shownList = list;
    this.#observer.onList(addresses);
  }

  /** The source could not be read: nothing changes. */
  failed(error: BaleenError): void {
    const nowMs = this.#clock.monotonicMs();
    const last = this.#failure;
    if (last?.message === error.message && nowMs - last.atMs < this.#repeatMs) return;
    this.#failure = { message: error.message, atMs: nowMs };
    this.#observer.onError(error);
  }
}
