import { z } from 'zod';
import { BaleenError } from '#contracts';
import { replaceMembers } from './json-members.ts';
import { isObject } from './json-object.ts';

/** One object of a daemon's list as far as it can be used. */
export type MendedRow<T> = {
  readonly value: T;
  /** The daemon's bytes, without the members that break the form. */
  readonly summary: Buffer;
  /** What was wrong with it, in words; absent = nothing. */
  readonly odd?: string;
};

/**
 * Reads a list entry by a schema in which all members are optional but those that identify the object. A member of another form is
 * taken out, so that one odd row costs itself a member and no other row anything. Throws engine/bad-answer when the row cannot
 * be identified.
 */
export function readRow<T>(schema: z.ZodType<T>, summary: Buffer): MendedRow<T> {
  const members = objectIn(summary);
  const whole = schema.safeParse(members);
  if (whole.success) return { value: whole.data, summary };
  const broken = [...new Set(whole.error.issues.map(({ path }) => String(path[0])))];
  const kept = Object.fromEntries(Object.entries(members).filter(([key]) => !broken.includes(key)));
  const mended = schema.safeParse(kept);
  if (!mended.success) throw unusable(summary, wrongIn(mended.error));
  const without = Object.fromEntries(broken.map((key) => [key, undefined]));
  const odd = `${broken.join(', ')} of another form than expected`;
  return { value: mended.data, summary: replaceMembers(summary, without), odd };
}

/** What breaks a schema, by member. */
export function wrongIn(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}

function objectIn(summary: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(summary.toString('utf8'));
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw unusable(summary, 'it is no JSON object');
}

function unusable(summary: Buffer, reason: string): BaleenError {
  return new BaleenError(
    'engine/bad-answer',
    `a row of the engine's list, of ${summary.length} bytes, cannot be used: ${reason}`,
  );
}
