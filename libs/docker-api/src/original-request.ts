import { createHmac, timingSafeEqual } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';

/** What is kept of a create whose container may have to move. */
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

/** gzip + base64 of its JSON. */
export function packRequest(original: OriginalRequest): string {
  return gzipSync(JSON.stringify(original)).toString('base64');
}

/**
 * The label `io.baleen.request`: the packed request, a dot, and the HMAC-SHA256 of both operation and request, hex. Engines and images write
 * labels, too: only what was sealed for the operation that the container bears is an order of ours.
 */
export function sealRequest(packed: string, operation: string, key: Buffer): string {
  return `${packed}.${macOf(packed, operation, key).toString('hex')}`;
}

/** Of a label, the request in it; or why it is no order. `keys`: those that may have sealed it. */
export function readSealedRequest(
  label: string,
  operation: string,
  keys: readonly Buffer[],
): { readonly request: OriginalRequest } | { readonly problem: string } {
  if (label === '') return { problem: 'it has no original request (label io.baleen.request)' };
  const [packed = '', mac] = label.split('.');
  if (mac === undefined)
    return { problem: 'its original request has no seal, as of containers made before Baleen sealed them: create it anew' };
  const given = Buffer.from(mac, 'hex');
  if (!keys.some((key) => isEqual(macOf(packed, operation, key), given)))
    return { problem: 'its original request was not sealed for it by this fleet: create it anew' };
  try {
    const text = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: inflatedMaxBytes }).toString('utf8');
    return { request: OriginalRequest.parse(JSON.parse(text)) };
  } catch (error) {
    return { problem: `its original request cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Neither an operation nor base64 has a line end. */
function macOf(packed: string, operation: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(`baleen order 1\n${operation}\n${packed}`).digest();
}

function isEqual(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
