import { hash } from 'node:crypto';
import { member, members } from './json-members.ts';

/** Which event of its engine one line of `GET /events` is. */
export type EventMark = {
  /** The same for the same event however often the daemon tells it, another for any other of that engine. */
  readonly key: number;
  /** When it happened, ns since 1970 by the daemon's clock; exact, which a JSON number is not. */
  readonly timeNs: bigint;
};

/** Bytes of the digest that make a key: 2^48 keys, so that among the few hundred remembered none is taken for another. */
const keyBytes = 6;

/** The members that tell one event from another. */
const told: ReadonlySet<string> = new Set(['timeNano', 'Type', 'Action', 'Actor']);

/**
 * Time, type, action and actor tell events of one engine apart. `undefined` = the line has no time, which all daemons
 * since 1.12 give. Throws SyntaxError on what is no JSON object.
 */
export function eventMark(line: Buffer): EventMark | undefined {
  const said: { timeNano?: Buffer; Type?: Buffer; Action?: Buffer; Actor?: Buffer } = {};
  for (const { key, start, end } of members(line)) if (told.has(key)) said[key as keyof typeof said] = line.subarray(start, end);
  const time = said.timeNano?.toString();
  if (time === undefined || !/^\d+$/.test(time)) return undefined;
  const parts = [time, said.Type, said.Action, said.Actor && idOf(said.Actor)];
  return { key: hash('sha1', parts.join(' '), 'buffer').readUIntBE(0, keyBytes), timeNs: BigInt(time) };
}

/** Remembers the last events of one engine by their keys. */
export class EventMemory {
  readonly #keys = new Set<number>();
  readonly #max: number;

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
    if (this.#keys.size > this.#max) this.#keys.delete(this.#keys.keys().next().value ?? key);
    return true;
  }

  clear(): void {
    this.#keys.clear();
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
