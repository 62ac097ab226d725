import { type ApiVersion, compareApiVersions, type VersionWindow } from '#docker-api';

const versionPrefix = /^\/v([0-9.]+)(?=\/)/;

/** Parts a path into its version prefix, if it has one, and the rest. */
export function splitVersion(path: string): { readonly version: ApiVersion | undefined; readonly rest: string } {
  const match = versionPrefix.exec(path);
  return match === null ? { version: undefined, rest: path } : { version: match[1], rest: path.slice(match[0].length) };
}

/** Why the engine would refuse this version, in its own words; `undefined` when it is inside the window. */
export function versionRefusal(version: ApiVersion, { min, max }: VersionWindow): string | undefined {
  if (compareApiVersions(version, max) > 0) {
    return `client version ${version} is too new. Maximum supported API version is ${max}`;
  }
  if (compareApiVersions(version, min) < 0) {
    return `client version ${version} is too old. Minimum supported API version is ${min}, please upgrade your client to a newer version`;
  }
  return undefined;
}

/** Before this version errors were text/plain; engines still answer a client that old so (docker-api.md 1.1). */
const firstWithJsonErrors: ApiVersion = '1.24';

export function expectsPlainTextErrors(version: ApiVersion): boolean {
  return compareApiVersions(version, firstWithJsonErrors) < 0;
}
