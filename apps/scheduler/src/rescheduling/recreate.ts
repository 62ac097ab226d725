import type { PlacementRequest } from '#contracts';
import { type CreateGrant, type OriginalRequest, parseCreate, withGrant } from '#docker-api';

/** What the new container keeps of the old one, and what names the create. */
export type Kept = {
  readonly operation: string;
  /** The name it has now, which may not be the one it was created with. */
  readonly name: string;
  readonly swarmId: string;
  readonly isNode: (name: string) => boolean;
  /** Of the container itself, its image's included. */
  readonly exposedPorts: readonly string[];
  /** What its own original request is sealed with. */
  readonly orderKey: Buffer;
};

/** A create as it goes to the scheduler and to the engine. */
export type Recreated = {
  readonly request: PlacementRequest;
  /** Final create body, JSON text, as granted. */
  readonly body: (grant: CreateGrant) => string;
};

/** Reads and rewrites an original create just as the gateway does. Throws request/invalid and placement/invalid-expression. */
export function recreate(original: OriginalRequest, kept: Kept): Recreated {
  const { apiVersion, platform } = original;
  const parsed = parseCreate(Buffer.from(JSON.stringify(original.body)), { ...kept, apiVersion, platform });
  return {
    request: parsed.request.publishesAll ? { ...parsed.request, exposedPorts: [...kept.exposedPorts] } : parsed.request,
    body: (grant) => withGrant(parsed.bodyFor(kept.operation, kept.orderKey), grant).toString('utf8'),
  };
}
