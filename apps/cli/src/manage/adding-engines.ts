import type { DiscoveryArgument } from '#discovery-sources';

export type AddingEngines = {
  readonly discovery: DiscoveryArgument;
  /** Agents dial into the NATS of this folder; `undefined` = that takes none. */
  readonly agentsNatsDir: string | undefined;
  /** They dial into a NATS of the operator's own. */
  readonly isOwnNats: boolean;
};

/** How one more engine gets into the fleet, one way a line. */
export function waysToAddEngines(adding: AddingEngines): string[] {
  const listed = listedWay(adding.discovery);
  return [...(listed === undefined ? [] : [listed]), ...agentWay(adding)];
}

/** `undefined` = only agents bring engines. */
function listedWay(discovery: DiscoveryArgument): string | undefined {
  switch (discovery.kind) {
    case 'nodes':
      return 'name it in the discovery argument, and start again';
    case 'file':
      return `a line in ${discovery.path}, which is watched`;
    case 'etcd':
    case 'consul':
    case 'zk':
    case 'token':
      return `baleen join --advertise ITS-IP:2375 ${discovery.name}`;
    case 'dns':
      return `a record of ${discovery.name.replace('dns://', '')}`;
    case 'agents':
      return undefined;
  }
}

function agentWay({ discovery, agentsNatsDir, isOwnNats }: AddingEngines): string[] {
  if (agentsNatsDir !== undefined)
    return [`baleen join-token --nats-dir ${agentsNatsDir} > engine.token; on its machine: baleen join --token engine.token`];
  if (discovery.kind !== 'agents') return [];
  if (isOwnNats) return ['baleen join-token --keys DIR > engine.token; on its machine: baleen join --token engine.token'];
  return ['this NATS takes no agents of other machines: start with --nats-listen HOST:4222 --nats-dir DIR'];
}
