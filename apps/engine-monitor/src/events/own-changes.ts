import { labels } from '#contracts';
import type { Clock } from '#service-shell';
import type { EngineEvent } from '../inventory/event-refresh.ts';

/** A daemon tells of a change before it answers the call; what its stream keeps back longer is read as anybody's change. */
const toldWithinMs = 5_000;

/** A call of ours and the event that ends what the daemon tells of it: `create` of an operation, `start` of a container. */
export type ChangeKey = `create ${string}` | `start ${string}`;

type Change = {
  /** Resolves with whether the reading after it brings what it changed. */
  readonly read: PromiseWithResolvers<boolean>;
  isAnswered: boolean;
  /** Its last event has come. */
  isTold: boolean;
};

/**
 * The creates and starts that this owner carries out. The daemon emits their last event before it answers, and its stream keeps the order: so
 * the reading that follows the answer shows all that the stream says of the container up to that event, and none of those calls for another.
 */
export class OwnChanges {
  readonly #clock: Clock;
  readonly #changes = new Map<ChangeKey, Change>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * A call begins. `answered` is to be called once it has ended, with whether the daemon has done it and a reading that began since has
   * succeeded; that never rejects. Of calls of one key at a time the first counts.
   */
  begin(key: ChangeKey): { answered(isRead: Promise<boolean>): void } {
    if (this.#changes.has(key)) return { answered: () => undefined };
    const change: Change = { read: Promise.withResolvers(), isAnswered: false, isTold: false };
    this.#changes.set(key, change);
    return { answered: (isRead) => this.#answered(key, change, isRead) };
  }

  /**
   * Of an event that a call of ours may have brought about: resolves with true once the reading after that call has brought what the event
   * says, with false when nothing has. `undefined` = it is of no call of ours.
   */
  broughtBy(event: EngineEvent): Promise<boolean> | undefined {
    const key = keyOf(event);
    const change = key && this.#changes.get(key);
    if (key === undefined || change === undefined) return undefined;
    change.isTold ||= event.type === 'container';
    if (change.isTold && change.isAnswered) this.#changes.delete(key);
    return change.read.promise;
  }

  #answered(key: ChangeKey, change: Change, isRead: Promise<boolean>): void {
    change.isAnswered = true;
    const forget = () => {
      if (this.#changes.get(key) === change) this.#changes.delete(key);
    };
    void isRead.then((isBrought) => {
      change.read.resolve(isBrought);
      if (!isBrought) forget();
    });
    if (change.isTold) forget();
    else this.#clock.after(toldWithinMs, forget);
  }
}

function keyOf({ type, action, id, attributes }: EngineEvent): ChangeKey | undefined {
  if (type === 'network' && action === 'connect') return `start ${attributes['container'] ?? ''}`;
  if (type !== 'container') return undefined;
  if (action === 'start') return `start ${id}`;
  return action === 'create' ? `create ${attributes[labels.operation] ?? ''}` : undefined;
}
