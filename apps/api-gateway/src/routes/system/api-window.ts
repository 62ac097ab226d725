import { compareApiVersions } from '#docker-api';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import type { VersionWindow } from '../../http/api-version.ts';

/** Newest API version this gateway knows (Engine 28.5). */
const ownMax = '1.51';
/** Oldest version served when no engine demands more. */
const ownMin = '1.24';
/** An advertised minimum above this would lock out clients that engines still serve (spec/docker-api.md 5.2). */
const highestMin = '1.44';

/** The versions every healthy engine speaks: a request in this window means the same on all of them. */
export function apiWindow(view: FleetView): VersionWindow {
  let max = ownMax;
  let min = ownMin;
  for (const { identity } of view.healthy()) {
    if (identity === undefined) continue;
    if (compareApiVersions(identity.apiVersion, max) < 0) max = identity.apiVersion;
    if (compareApiVersions(identity.minApiVersion, min) > 0) min = identity.minApiVersion;
  }
  if (compareApiVersions(min, highestMin) > 0) min = highestMin;
  return { max, min: compareApiVersions(min, max) > 0 ? max : min };
}
