import { z } from 'zod';
import { BaleenError, parseJson } from '#contracts';

/** What an engine says, of the form that is needed. Throws engine/bad-answer when it is not. */
export function readAs<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(parseJson(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof SyntaxError && error.message;
    if (!reason) throw error;
    throw new BaleenError('engine/bad-answer', `an engine's answer cannot be read: ${reason}`, { cause: error });
  }
}
