import { containerStatus, type Member, members, type StatusFacts } from '#docker-api';
import { fingerprint } from './fingerprint.ts';

/** The daemon words its spans in whole seconds, some time before we read them, by a clock that may differ by 2 s from what we think it is. */
const slackMs = 5_000;
const stepMs = 1_000;

/** One look at a list entry: entries of a whole fleet are compared again and again. */
export class EntryWords {
  readonly #summary: Buffer;
  readonly #status: Member | undefined;

  constructor(summary: Buffer) {
    this.#summary = summary;
    this.#status = statusMember(summary);
  }

  /** Of what the list entry says but for `Status`, whose words change with time alone. */
  get digest(): string {
    const { keyStart, end } = this.#status ?? { keyStart: 0, end: 0 };
    return fingerprint(this.#summary.subarray(0, keyStart), this.#summary.subarray(end));
  }

  /** JSON; `undefined` = it has none. */
  get status(): string | undefined {
    return this.#status && this.#summary.toString('utf8', this.#status.start, this.#status.end);
  }
}

/** What comes behind it is not looked at; of daemons that is half of an entry. */
function statusMember(summary: Buffer): Member | undefined {
  for (const one of members(summary)) if (one.isNamed('Status')) return one;
  return undefined;
}

/**
 * True when `Status` says of the container what these facts would say now: then its words have changed because time has passed, and
 * for no other reason. A restart that nobody told us of shows here, as another uptime. `nowMs` by the daemon's clock.
 */
export function statusFollowsFrom(facts: StatusFacts, said: EntryWords['status'], nowMs: number): boolean {
  if (said === undefined) return true;
  for (let atMs = nowMs - slackMs; atMs <= nowMs + slackMs; atMs += stepMs) {
    if (JSON.stringify(containerStatus(facts, atMs)) === said) return true;
  }
  return false;
}
