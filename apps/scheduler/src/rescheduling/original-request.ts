import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

/** What the gateway kept of a create whose container may have to move: label `io.baleen.request`, gzip + base64 of this JSON. */
export const OriginalRequest = z.object({
  name: z.string(),
  platform: z.string().default(''),
  apiVersion: z.string().default(''),
  /** The create body as the client sent it, as JSON value. */
  body: z.record(z.string(), z.unknown()),
});
export type OriginalRequest = z.infer<typeof OriginalRequest>;

/** Anybody can write a label: what it inflates to is bounded. The gateway keeps no larger body in memory either. */
const inflatedMaxBytes = 4 * 1024 * 1024;

/** `undefined` with the reason told when the label is no such request: the container cannot be moved. */
export function readOriginalRequest(label: string): { request: OriginalRequest } | { broken: string } {
  try {
    const text = gunzipSync(Buffer.from(label, 'base64'), { maxOutputLength: inflatedMaxBytes }).toString('utf8');
    return { request: OriginalRequest.parse(JSON.parse(text)) };
  } catch (error) {
    return { broken: error instanceof Error ? error.message : String(error) };
  }
}
