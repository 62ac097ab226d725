import { compareApiVersions } from '#docker-api';
import { fits, type PlacementFilter } from '../filter.ts';

/** Rejects engines too old for what the create asks for: they would drop it without a word (docker-api.md 5.2). */
export const apiVersionFilter: PlacementFilter = {
  name: 'api-version',
  prepare({ minApiVersion, minApiVersionFor }, { candidates }) {
    if (minApiVersion === '') return undefined;
    const what = minApiVersionFor === '' ? 'the request' : JSON.stringify(minApiVersionFor);
    // Engines of a fleet speak few versions.
    const enough = new Map<string, boolean>();
    const isEnough = (version: string) => {
      const known = enough.get(version);
      if (known !== undefined) return known;
      const isIt = compareApiVersions(version, minApiVersion) >= 0;
      enough.set(version, isIt);
      return isIt;
    };
    // Of a condition that the whole fleet meets, such as --gpus since 1.40, there is nothing to say.
    if (candidates.every(({ identity }) => isEnough(identity.apiVersion))) return undefined;
    return {
      judge: ({ identity }) =>
        isEnough(identity.apiVersion)
          ? fits
          : `${what} requires API version ${minApiVersion}, but the engine speaks ${identity.apiVersion}`,
      conditions: [`API version ${minApiVersion}`],
    };
  },
};
