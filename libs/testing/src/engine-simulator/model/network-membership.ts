import { ofNetwork } from '../events/container-happenings.ts';
import { type Container, isUp } from './container.ts';
import { DaemonRefusal } from './daemon-refusal.ts';
import type { EngineState } from './engine-state.ts';
import { type Network, nextHost } from './network.ts';

export function connect(engine: EngineState, network: Network, container: Container, aliases: readonly string[] | null): void {
  if (container.endpoints.some((endpoint) => endpoint.network === network)) {
    const message = `endpoint with name ${container.name} already exists in network ${network.name}`;
    throw new DaemonRefusal(403, message);
  }
  const isRunning = isUp(container);
  container.endpoints = [...container.endpoints, { network, aliases, host: isRunning ? nextHost(network) : 0 }];
  engine.revision += 1;
  if (isRunning) engine.tell(ofNetwork(network, 'connect', container));
}

export function disconnect(engine: EngineState, network: Network, container: Container): void {
  if (!container.endpoints.some((endpoint) => endpoint.network === network)) {
    const message = `container ${container.id} is not connected to network ${network.name}`;
    throw new DaemonRefusal(500, message);
  }
  container.endpoints = container.endpoints.filter((endpoint) => endpoint.network !== network);
  engine.revision += 1;
  if (isUp(container)) engine.tell(ofNetwork(network, 'disconnect', container));
}

export function removeNetwork(engine: EngineState, network: Network): void {
  for (const container of engine.containers.all) {
    if (!isUp(container) || !container.endpoints.some((endpoint) => endpoint.network === network)) continue;
    const message = `error while removing network: network ${network.name} has active endpoints (name:"${container.name}" id:"${container.id.slice(0, 12)}")`;
    throw new DaemonRefusal(403, message);
  }
  engine.networks.remove(network);
  engine.tell(ofNetwork(network, 'destroy'));
}
