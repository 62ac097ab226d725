import { type ApiVersion, type ApiVersionMode, compareApiVersions, type VersionWindow } from '#docker-api';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { keptPerView } from '../../fleet-view/kept.ts';

/** Newest API version this gateway knows (Engine 29.7). 1.56 is not released: its `stream` of prunes is not merged here. */
const ownMax: ApiVersion = '1.55';
/** Oldest version served when no engine demands more. */
const ownMin: ApiVersion = '1.24';
/** An advertised minimum above this would lock out clients that engines still serve (spec/docker-api.md 5.2). */
const highestMin: ApiVersion = '1.44';

/**
 * What is announced and enforced just now; engines that are not healthy, among them those below the floor, do not count. The same object
 * as long as it is the same window: every request asks.
 */
export function apiWindow(view: FleetView, mode: ApiVersionMode): VersionWindow {
  return windows[mode](view);
}

const windows: Readonly<Record<ApiVersionMode, (view: FleetView) => VersionWindow>> = {
  common: keptPerView(['engines'], (view) => windowOf(view, 'common')),
  newest: keptPerView(['engines'], (view) => windowOf(view, 'newest')),
};

function windowOf(view: FleetView, mode: ApiVersionMode): VersionWindow {
  const identities = view.healthy().flatMap(({ identity }) => (identity === undefined ? [] : [identity]));
  const spoken = identities.map(({ apiVersion }) => apiVersion).sort(compareApiVersions);
  const known = (mode === 'common' ? spoken.at(0) : spoken.at(-1)) ?? ownMax;
  const max = compareApiVersions(known, ownMax) < 0 ? known : ownMax;
  const demanded = identities.reduce((min, { minApiVersion }) => later(min, minApiVersion), ownMin);
  const min = compareApiVersions(demanded, highestMin) > 0 ? highestMin : demanded;
  return { max, min: compareApiVersions(min, max) > 0 ? max : min };
}

function later(one: ApiVersion, other: ApiVersion): ApiVersion {
  return compareApiVersions(one, other) < 0 ? other : one;
}
