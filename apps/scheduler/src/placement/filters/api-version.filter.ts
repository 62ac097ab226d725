import { compareApiVersions } from '#docker-api';
import { fits, type PlacementFilter } from '../filter.ts';

/** Rejects engines too old for what the create asks for: they would drop it without a word (docker-api.md 5.2). */
export const apiVersionFilter: PlacementFilter = {
  name: 'api-version',
  prepare({ minApiVersion, minApiVersionFor }) {
    if (minApiVersion === '') return undefined;
    const what = minApiVersionFor === '' ? 'the request' : JSON.stringify(minApiVersionFor);
    return {
      judge: ({ identity }) =>
        compareApiVersions(identity.apiVersion, minApiVersion) >= 0
          ? fits
          : `${what} requires API version ${minApiVersion}, but the engine speaks ${identity.apiVersion}`,
      conditions: [`API version ${minApiVersion}`],
    };
  },
};
