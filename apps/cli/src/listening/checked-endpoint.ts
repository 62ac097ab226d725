import {
  type EndpointConfig,
  endpointTlsProblems,
  exposureProblem,
  exposureWarning,
  type ListenAddress,
  readEndpointConfig,
} from '#endpoint';
import { ConfigError } from '#service-shell';
import { type EndpointSettings, endpointEnv } from '../flags/tls-flags.ts';
import { UsageError } from '../flags/usage-error.ts';

export type CheckedEndpoint = {
  readonly config: EndpointConfig;
  /** What the operator should know of it. */
  readonly warning: string | undefined;
};

/** What gateways will be told, flags before environment. Throws UsageError for what would keep them from listening there. */
export function checkedEndpoint(
  given: EndpointSettings,
  addresses: readonly ListenAddress[],
  env: NodeJS.ProcessEnv,
): CheckedEndpoint {
  const config = readOrRefuse({ ...env, ...endpointEnv(given) });
  const problems = endpointTlsProblems(config);
  const exposure = exposureProblem(addresses, config);
  if (exposure !== undefined) problems.push(exposure);
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return { config, warning: exposureWarning(addresses, config) };
}

function readOrRefuse(env: NodeJS.ProcessEnv): EndpointConfig {
  try {
    return readEndpointConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(error.message);
    throw error;
  }
}
