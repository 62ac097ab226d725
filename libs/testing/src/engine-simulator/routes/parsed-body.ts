import { z } from 'zod';
import { DaemonRefusal } from '../model/daemon-refusal.ts';

/** The request's body, or what a daemon says of one that it cannot read. */
export function parsedBody<T>(schema: z.ZodType<T>, body: string): T {
  try {
    return schema.parse(JSON.parse(body === '' ? '{}' : body));
  } catch (error) {
    if (error instanceof SyntaxError) throw new DaemonRefusal(400, `invalid JSON: ${error.message}`);
    if (error instanceof z.ZodError) throw new DaemonRefusal(400, `invalid JSON: ${z.prettifyError(error)}`);
    throw error;
  }
}
