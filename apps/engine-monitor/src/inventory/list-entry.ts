import { hash } from 'node:crypto';
import { containerStatus, type Member, members, type StatusFacts } from '#docker-api';

/** The daemon words its spans in whole seconds, some time before we read them, by a clock that may differ by 2 s from what we think it is. */
const slackMs = 5_000;
const stepMs = 1_000;

export type EntryWords = {
  /** Of what the list entry says but for `Status`, whose words change with time alone. */
  readonly digest: string;
  /** JSON. */
  readonly status: string | undefined;
};

/** One look at a list entry for both: entries of a whole fleet are compared again and again. */
export function entryWords(summary: Buffer): EntryWords {
  const status = statusMember(summary);
  if (status === undefined) return { digest: digestOf(summary), status };
  const { keyStart, start, end } = status;
  // Good for comparing alone: what is left may be no JSON.
  const others = Buffer.allocUnsafe(summary.length - (end - keyStart));
  summary.copy(others, 0, 0, keyStart);
  summary.copy(others, keyStart, end);
  return { digest: digestOf(others), status: summary.toString('utf8', start, end) };
}

/** What comes behind it is not looked at; of daemons that is half of an entry. */
function statusMember(summary: Buffer): Member | undefined {
  for (const one of members(summary)) if (one.key === 'Status') return one;
  return undefined;
}

function digestOf(bytes: Buffer): string {
  return hash('sha1', bytes, 'base64');
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
