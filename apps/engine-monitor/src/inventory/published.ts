import type { ObjectRecord } from '#contracts';
import { fingerprint } from './fingerprint.ts';

/** What an owner knows of what the log has under one subject. */
export type Published = {
  /** Digest of what the log says; `undefined` = deleted, `unknown` = found there, content not known. */
  digest: string | undefined;
  /** Stamp of the newest reading of the engine applied to this subject. */
  stamp: number;
  /** The write under way; a caller who has nothing to add waits for it. */
  writing: Promise<number> | undefined;
  /** Where its bytes were written first, 0 = nowhere; `undefined` = nobody knows, or not yet. */
  sequence: number | undefined;
  /** A batch that may stand has this subject: a deletion must last as long. */
  isBatched: boolean;
  /** The log has a message for this subject alone: a record or a deletion that lasts. */
  isAlone: boolean;
};

/** `undefined` = nothing is to be written: the log has it, or a newer reading has spoken. */
export function newDigest(entry: Published, digestOf: () => string, stamp: number): string | undefined {
  if (stamp < entry.stamp) return undefined;
  entry.stamp = stamp;
  const digest = digestOf();
  return digest === entry.digest ? undefined : digest;
}

/** Of what an owner says of an object. */
export function digestOf({ facts, summary }: ObjectRecord): string {
  return fingerprint(JSON.stringify(facts), summary);
}
