import { hash } from 'node:crypto';
import { containerStatus, member, members, type StatusFacts } from '#docker-api';

/** The daemon words its spans in whole seconds, some time before we read them, by a clock that may differ by 2 s from what we think it is. */
const slackMs = 5_000;
const stepMs = 1_000;

/** What a list entry says, but for `Status`, whose words change with time alone. */
export function entryDigest(summary: Buffer): string {
  return hash('sha1', withoutStatus(summary), 'base64');
}

/** Good for comparing alone: what is left may be no JSON. */
function withoutStatus(summary: Buffer): Buffer {
  for (const { key, keyStart, end } of members(summary))
    if (key === 'Status') return Buffer.concat([summary.subarray(0, keyStart), summary.subarray(end)]);
  return summary;
}

/**
 * True when `Status` says of the container what these facts would say now: then its words have changed because time has passed, and
 * for no other reason. A restart that nobody told us of shows here, as another uptime. `nowMs` by the daemon's clock.
 */
export function statusFollowsFrom(facts: StatusFacts, summary: Buffer, nowMs: number): boolean {
  const said = member(summary, 'Status')?.toString();
  if (said === undefined) return true;
  for (let atMs = nowMs - slackMs; atMs <= nowMs + slackMs; atMs += stepMs) {
    if (JSON.stringify(containerStatus(facts, atMs)) === said) return true;
  }
  return false;
}
