import type { z } from 'zod';
import { BaleenError } from '#contracts';
import type { Asked } from './judge.ts';
import { requireKnown, type Shape } from './known-keys.ts';

/**
 * The body of a request of a tenant as a decision reads it; an empty one as `{}`. Throws access/refused for members that nobody has decided
 * on, request/invalid naming a member of the wrong type: what an engine would make of it is not for a policy to guess.
 */
export function readJudged<S extends z.ZodType>({ body }: Pick<Asked, 'body'>, shape: Shape, schema: S): z.infer<S> {
  const given = body ?? {};
  requireKnown(given, shape);
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new BaleenError('request/invalid', `invalid JSON: ${issue?.path.map(String).join('.') || 'the body'}: ${issue?.message}`);
}

/** The bytes of the body; of an empty one those of an empty object. */
export function objectBytes({ bytes, body }: Pick<Asked, 'bytes' | 'body'>): Buffer {
  return body === undefined || body === null ? Buffer.from('{}') : bytes;
}
