import { ApiVersionMode, apiFloorText } from '#docker-api';
import { UsageError } from './usage-error.ts';

/** How `manage` meets engines of different API versions. */
export type ApiSettings = {
  readonly apiVersion: ApiVersionMode;
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
  const mode = ApiVersionMode.safeParse(apiVersion);
  if (!mode.success) throw new UsageError(`--api-version takes ${ApiVersionMode.options.join(' or ')}, not ${apiVersion}`);
  if (!apiFloorText.safeParse(minEngineApi).success)
    throw new UsageError(`--min-engine-api takes an API version, as in 1.44, not ${minEngineApi}`);
  return { apiVersion: mode.data, minEngineApi };
}
