import { hash53 } from './hash53.ts';
import { member, members } from './json-members.ts';

/** Which event of its engine one line of `GET /events` is. */
export type EventMark = {
  /** The same for the same event however often the daemon tells it, another for any other of that engine. */
  readonly key: number;
  /** When it happened, ns since 1970 by the daemon's clock; exact, which a JSON number is not. */
  readonly timeNs: bigint;
};

/**
 * Time, type, action and actor tell events of one engine apart. `undefined` = the line has no time, which all daemons
 * since 1.12 give. Throws SyntaxError on what is no JSON object.
 */
export function eventMark(line: Buffer): EventMark | undefined {
  let [time, type, action, actor]: (Buffer | undefined)[] = [];
  for (const one of members(line)) {
    if (one.isNamed('timeNano')) time = line.subarray(one.start, one.end);
    else if (one.isNamed('Type')) type = line.subarray(one.start, one.end);
    else if (one.isNamed('Action')) action = line.subarray(one.start, one.end);
    else if (one.isNamed('Actor')) actor = line.subarray(one.start, one.end);
  }
  const digits = time?.toString('latin1') ?? '';
  if (!/^\d+$/.test(digits)) return undefined;
  return { key: hash53([time, type, action, actor && idOf(actor)]), timeNs: BigInt(digits) };
}

/** Remembers the last events of one engine by their keys. */
export class EventMemory {
  readonly #keys = new Set<number>();
  readonly #max: number;
  /** The same in their order; once it is full the oldest, at `#oldest`, gives its place. */
  #ring: number[] = [];
  #oldest = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get isEmpty(): boolean {
    return this.#keys.size === 0;
  }

  /** True the first time, as far back as it remembers. */
  isNew(key: number): boolean {
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    const forgotten = this.#ring[this.#oldest];
    if (this.#ring.length < this.#max || forgotten === undefined) {
      this.#ring.push(key);
      return true;
    }
    this.#keys.delete(forgotten);
    this.#ring[this.#oldest] = key;
    this.#oldest = (this.#oldest + 1) % this.#max;
    return true;
  }

  clear(): void {
    this.#keys.clear();
    this.#ring = [];
    this.#oldest = 0;
  }
}

/**
 * How many events of an engine are worth remembering: a daemon repeats the 256 it keeps, and on a change of owner those that
 * happened meanwhile lie between.
 */
export const eventsRememberedMax = 768;

function idOf(actor: Buffer): Buffer | undefined {
  return actor[0] === openBrace ? member(actor, 'ID') : undefined;
}

const openBrace = 0x7b;
