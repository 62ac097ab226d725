import type { Clock } from './clock.ts';

/** How often is looked: some `stat`s, so that a change counts within two looks. */
const lookIntervalMs = 1_000;

/** Tells of files that have changed and stay as they are: one that somebody is writing has another signature from one look to the next. */
export class SettledWatch {
  readonly #clock: Clock;
  readonly #signature: () => string;
  readonly #onSettled: () => void;
  /** Of what was told last; at first of what there is, which whoever watches reads after this was made. */
  #toldSignature: string;
  #seenSignature: string;
  #cancelLook: () => void = () => undefined;

  /** `signature`: see `fileSignature`. */
  constructor(clock: Clock, signature: () => string, onSettled: () => void) {
    this.#clock = clock;
    this.#signature = signature;
    this.#onSettled = onSettled;
    this.#toldSignature = this.#seenSignature = signature();
  }

  start(): void {
    this.#cancelLook = this.#clock.after(lookIntervalMs, () => {
      this.#look();
      this.start();
    });
  }

  stop(): void {
    this.#cancelLook();
  }

  #look(): void {
    const signature = this.#signature();
    const isSettled = signature === this.#seenSignature;
    this.#seenSignature = signature;
    if (!isSettled || signature === this.#toldSignature) return;
    this.#toldSignature = signature;
    this.#onSettled();
  }
}
