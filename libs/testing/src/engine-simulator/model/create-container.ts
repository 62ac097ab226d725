import { ofContainer, ofVolume } from '../events/container-happenings.ts';
import type { Container } from './container.ts';
import { type CreateBody, commandOf } from './create-body.ts';
import { DaemonRefusal } from './daemon-refusal.ts';
import type { EngineState } from './engine-state.ts';
import { type Mount, mountsOf } from './mount.ts';
import type { Endpoint } from './network.ts';

const nameShape = /^\/?[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** `POST /containers/create`; an empty name gets one. */
export function createContainer(engine: EngineState, name: string, body: CreateBody): Container {
  if ((body.Image ?? '') === '') throw new DaemonRefusal(400, 'config cannot be empty in order to create a container');
  if (name !== '' && !nameShape.test(name))
    throw new DaemonRefusal(400, `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
  const image = engine.images.get(body.Image ?? '');
  const plainName = name.replace(/^\//, '');
  if (plainName !== '') engine.containers.refuseTaken(plainName);
  const endpoints = endpointsOf(engine, body);
  const id = engine.newId();
  const mounts = mountsOf(body, () => engine.newId());
  for (const mount of mounts) provideVolume(engine, mount);
  const { HostConfig: hostConfig, ...given } = body;
  const container: Container = {
    id,
    name: plainName === '' ? `quiet_${id.slice(0, 8)}` : plainName,
    wasRenamed: false,
    createdAtMs: engine.clock.nowMs(),
    image,
    given,
    hostConfig: hostConfig ?? {},
    command: commandOf(body, image.command),
    mounts,
    endpoints,
    state: 'created',
    startedAtMs: 0,
    finishedAtMs: 0,
    exitCode: 0,
    pid: 0,
    hasInputEnded: false,
    cancelEnd: undefined,
  };
  engine.containers.add(container);
  engine.tell(ofContainer(container, 'create'));
  return container;
}

function provideVolume(engine: EngineState, { type, name }: Mount): void {
  if (type !== 'volume' || engine.volumes.has(name)) return;
  engine.volumes.add({ name, driver: 'local', createdAtMs: engine.clock.nowMs(), labels: null, options: null });
  engine.tell(ofVolume(name, 'create', 'local'));
}

/** The network of its mode first, then those of `EndpointsConfig`. Ways that are no network of the engine (`container:x`) have no endpoint. */
function endpointsOf(engine: EngineState, { HostConfig, NetworkingConfig }: CreateBody): Endpoint[] {
  const mode = HostConfig?.NetworkMode ?? '';
  const aliases = new Map<string, readonly string[] | null>();
  if (!mode.startsWith('container:')) aliases.set(networkName(mode), null);
  for (const [name, settings] of Object.entries(NetworkingConfig?.EndpointsConfig ?? {}))
    aliases.set(networkName(name), settings?.Aliases ?? null);
  return [...aliases].map(([name, given]) => ({ network: engine.networks.get(name), aliases: given, host: 0 }));
}

/** Clients name the default network in three ways. */
function networkName(given: string): string {
  return given === '' || given === 'default' ? 'bridge' : given;
}
