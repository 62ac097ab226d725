import { UsageError } from './usage-error.ts';

/** How `manage` meets engines of different API versions. */
export type ApiSettings = {
  readonly apiVersion: 'common' | 'newest';
  /** Engines whose newest API version is older are kept out of service; empty = none. */
  readonly minEngineApi: string;
};

/** Throws UsageError naming the flag. */
export function apiFlags({
  apiVersion = 'common',
  minEngineApi = '',
}: {
  apiVersion?: string;
  minEngineApi?: string;
}): ApiSettings {
  if (apiVersion !== 'common' && apiVersion !== 'newest')
    throw new UsageError(`--api-version takes common or newest, not ${apiVersion}`);
  if (!/^(\d+\.\d+)?$/.test(minEngineApi))
    throw new UsageError(`--min-engine-api takes an API version, as in 1.44, not ${minEngineApi}`);
  return { apiVersion, minEngineApi };
}
