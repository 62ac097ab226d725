import { compareApiVersions } from '#docker-api';
import { fits, type PlacementFilter } from '../filter.ts';

/** Rejects engines too old for what the create asks for: they would drop it without a word (docker-api.md 5.2). */
export const apiVersionFilter: PlacementFilter = {
  name: 'api-version',
  prepare({ minApiVersion }) {
    if (minApiVersion === '') return undefined;
    return {
      judge: ({ identity }) =>
        compareApiVersions(identity.apiVersion, minApiVersion) >= 0
          ? fits
          : `the engine speaks API ${identity.apiVersion}, this create needs ${minApiVersion}`,
      conditions: [`API version ${minApiVersion}`],
    };
  },
};
