import type { Clock } from '#service-shell';
import { SeededRandom } from '../../seeded-random.ts';
import type { Happening } from '../events/happening.ts';
import { ContainerStore } from './container-store.ts';
import { type EngineIdentity, EngineState } from './engine-state.ts';
import { ImageStore } from './image-store.ts';
import { NetworkStore } from './network-store.ts';
import { idFrom } from './seeded-ids.ts';
import { seededImages } from './seeded-images.ts';
import { seedProject } from './seeded-project.ts';
import { VolumeStore } from './volume-store.ts';

export type EngineSeed = {
  readonly seed: number;
  /** The engine's place among all. */
  readonly number: number;
  readonly containers: number;
  readonly images: number;
};

/** Containers of one compose project; each has a network of its own, and engines have room for about thirty. */
const projectSize = 20;

/** An engine with its containers, images, networks and volumes, the same for the same seed but for the clock's time. */
export function seededEngine(given: EngineSeed, clock: Clock, onTold: (happening: Happening) => void): EngineState {
  const identity = identityOf(given);
  const bornAtMs = clock.nowMs();
  const engine = new EngineState({
    identity,
    clock,
    containers: new ContainerStore(),
    images: new ImageStore(seededImages(given.images)),
    networks: predefined(identity, bornAtMs),
    volumes: new VolumeStore(),
    onTold,
  });
  const random = new SeededRandom(given.seed * 100_003 + given.number);
  for (let from = 0, project = 0; from < given.containers; from += projectSize, project++) {
    const count = Math.min(projectSize, given.containers - from);
    seedProject(engine, { project, from, count, bornAtMs, random });
  }
  return engine;
}

function identityOf({ seed, number }: EngineSeed): EngineIdentity {
  const hex = idFrom(seed, number, 'engine');
  const id = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
  return { seed, number, id, name: `sim-${number}` };
}

function predefined({ seed, number }: EngineIdentity, createdAtMs: number): NetworkStore {
  const networks = new NetworkStore();
  const add = (name: string, driver: string, options = {}) =>
    networks.add({ id: idFrom(seed, number, 'network', name), name, driver, createdAtMs, options });
  add('none', 'null');
  add('host', 'host');
  add('bridge', 'bridge', {
    'com.docker.network.bridge.default_bridge': 'true',
    'com.docker.network.bridge.enable_icc': 'true',
    'com.docker.network.bridge.enable_ip_masquerade': 'true',
    'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0',
    'com.docker.network.bridge.name': 'docker0',
    'com.docker.network.driver.mtu': '1500',
  });
  return networks;
}
