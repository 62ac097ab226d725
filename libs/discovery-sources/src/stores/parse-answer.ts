import type { z } from 'zod';

/** A store's JSON as the schema says. Throws what `failure` makes of the reason. */
export function parseAnswer<S extends z.ZodType>(
  schema: S,
  text: string,
  failure: (reason: string, cause: unknown) => Error,
): z.infer<S> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw failure(`Failed to decode response: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}
