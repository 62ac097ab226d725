/** `1.41` as numbers; `undefined` when it is no version. */
function parse(version: string): readonly number[] | undefined {
  return /^\d+(\.\d+)*$/.test(version) ? version.split('.').map(Number) : undefined;
}

/** Compares numerically, part by part: negative when a is older. Anything that is no version counts as 0. */
export function compareApiVersions(a: string, b: string): number {
  const left = parse(a) ?? [0];
  const right = parse(b) ?? [0];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The version to speak to an engine: the client's, but within what the engine can. */
export function clampApiVersion(version: string, min: string, max: string): string {
  if (min !== '' && compareApiVersions(version, min) < 0) return min;
  if (max !== '' && compareApiVersions(version, max) > 0) return max;
  return version;
}

/** Splits `/v1.41/containers/json` (docker-api.md 1.1: digits and dots); `version` is empty without a prefix. */
export function splitApiVersion(path: string): { readonly version: string; readonly path: string } {
  const match = /^\/v(\d[\d.]*)(\/.*)$/.exec(path);
  return match === null ? { version: '', path } : { version: match[1] ?? '', path: match[2] ?? '/' };
}

/** The engine's own refusal of a version outside its window; `undefined` = fine. */
export function apiVersionRefusal(version: string, min: string, max: string): string | undefined {
  if (compareApiVersions(version, max) > 0)
    return `client version ${version} is too new. Maximum supported API version is ${max}`;
  if (compareApiVersions(version, min) < 0) {
    return `client version ${version} is too old. Minimum supported API version is ${min}, please upgrade your client to a newer version`;
  }
  return undefined;
}
