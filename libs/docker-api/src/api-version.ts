import { z } from 'zod';
import { compareApiVersions } from '#contracts';

export { compareApiVersions } from '#contracts';

/** A Docker Engine API version as clients write it, for example `1.51`. */
export type ApiVersion = string;

/** Versions from the oldest to the newest, both ends included. */
export type VersionWindow = { readonly min: ApiVersion; readonly max: ApiVersion };

/** The nearest version inside the window: what an engine is asked in when the client's version is not its own (docker-api.md 5.2, rule 3). */
export function clampVersion(version: ApiVersion, { min, max }: VersionWindow): ApiVersion {
  if (compareApiVersions(version, min) < 0) return min;
  return compareApiVersions(version, max) > 0 ? max : version;
}

/**
 * `common`: the versions that every engine in service speaks, so that a request means the same on all of them. `newest`: up to the
 * newest that any of them speaks; what older engines do not know is placed elsewhere or refused (docs/adr/0016).
 */
export const ApiVersionMode = z.enum(['common', 'newest']);
export type ApiVersionMode = z.infer<typeof ApiVersionMode>;

/** The setting of the gateway and the scheduler that keeps old engines out of service (contracts, `conditionOf`). */
export const apiFloorText = z
  .string()
  .regex(/^(\d+\.\d+)?$/, 'an API version, as in 1.44')
  .default('')
  .describe('Engines whose newest API version is older than this, as in 1.44, are kept out of service; empty = none');
