import { BaleenError } from '#contracts';
import { hasLabels } from '#docker-api';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import type { FleetContainer } from '../../fleet-view/lookup/container-lookup.ts';
import type { ListFilters } from '../list-filters.ts';
import { textMatcher } from '../text-match.ts';
import { relatedImages } from './related-images.ts';

export type ContainerTest = (container: FleetContainer) => boolean;
type TestMaker = (values: readonly string[], view: FleetView) => ContainerTest;

const states = new Set(['created', 'restarting', 'running', 'removing', 'paused', 'exited', 'dead']);
const healths = new Set(['starting', 'healthy', 'unhealthy', 'none']);
/** Swarm mode's mark on the containers of its tasks. */
const taskLabel = 'com.docker.swarm.task';

/** One entry per list query of `docker ps`: the engine's own, and `node` for the fleet. */
const tests: Readonly<Record<string, TestMaker>> = {
  name: (values, view) => {
    const matches = textMatcher(values);
    return ({ facts, engine }) =>
      facts.names.some((name) => matches(name) || matches(`/${name}`) || matches(`${view.engine(engine)?.name}/${name}`));
  },
  id: (values) => {
    const matches = textMatcher(values);
    return ({ facts }) => matches(facts.id);
  },
  label:
    (values) =>
    ({ facts }) =>
      hasLabels(facts.labels, values),
  status: (values) => {
    refuseUnknown('status', values, states);
    return ({ facts }) => values.includes(facts.state);
  },
  node:
    (values, view) =>
    ({ engine }) =>
      values.includes(view.engine(engine)?.name ?? ''),
  health: (values) => {
    refuseUnknown('health', values, healths);
    return ({ facts }) => values.includes(facts.health === '' ? 'none' : facts.health);
  },
  exited: (values) => {
    const codes = new Set(values.map((value) => whole('exited', value)));
    return ({ facts }) => facts.state !== 'running' && facts.startedAtMs > 0 && codes.has(facts.exitCode);
  },
  ancestor: (values, view) => {
    const images = relatedImages(view, values);
    return ({ facts }) => images.has(facts.imageId);
  },
  volume: (values, view) => {
    const wanted = new Set(values);
    return ({ facts, engine }) =>
      facts.mounts.some(({ name, source, destination }) =>
        [name, `${view.engine(engine)?.name}/${name}`, source, destination].some((text) => wanted.has(text)),
      );
  },
  network:
    (values, view) =>
    ({ facts, engine }) =>
      Object.entries(facts.networks).some(([name, id]) =>
        values.some((value) => name === value || `${view.engine(engine)?.name}/${name}` === value || id.startsWith(value)),
      ),
  publish: (values) => {
    const ports = new Set(values.flatMap(portRange));
    return ({ facts }) =>
      facts.ports.some(({ hostPort, containerPort, protocol }) =>
        [hostPort, containerPort].some((port) => ports.has(`${port}/${protocol}`)),
      );
  },
  expose: (values) => {
    const ports = new Set(values.flatMap(portRange));
    return ({ facts }) =>
      facts.exposedPorts.some((port) => ports.has(port)) ||
      facts.ports.some(({ containerPort, protocol }) => ports.has(`${containerPort}/${protocol}`));
  },
  'is-task': (values) => {
    refuseUnknown('is-task', values, new Set(['true', 'false', '1', '0']));
    const wanted = values.some((value) => value === 'true' || value === '1');
    return ({ facts }) => Object.hasOwn(facts.labels, taskLabel) === wanted;
  },
  // Linux engines accept and ignore it.
  isolation: () => () => true,
};

/** The list queries of `docker ps`; `before` and `since` go by place in the list, not container by container. */
export const containerFilters: ReadonlySet<string> = new Set([...Object.keys(tests), 'before', 'since']);

/** All list queries as one test. Fails with request/invalid for values that a query does not have. */
export function containerTest(filters: ListFilters, view: FleetView): ContainerTest {
  const parts = [...filters].flatMap(([name, values]) => tests[name]?.(values, view) ?? []);
  return (container) => parts.every((test) => test(container));
}

function refuseUnknown(name: string, values: readonly string[], known: ReadonlySet<string>): void {
  const unknown = values.find((value) => !known.has(value));
  if (unknown !== undefined) throw new BaleenError('request/invalid', `invalid filter '${name}=${unknown}'`);
}

function whole(name: string, value: string): number {
  if (!/^-?\d+$/.test(value)) throw new BaleenError('request/invalid', `invalid filter '${name}=${value}'`);
  return Number(value);
}

/** More ports than exist would only be a way to fill memory. */
const highestPort = 65_535;

/** `80`, `80/udp`, `8000-8010/tcp` → `port/protocol` each. */
function portRange(value: string): string[] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/.exec(value);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match === null || last > highestPort || first > last)
    throw new BaleenError('request/invalid', `invalid port specification: ${value}`);
  return Array.from({ length: last - first + 1 }, (_, index) => `${first + index}/${match[3] ?? 'tcp'}`);
}
