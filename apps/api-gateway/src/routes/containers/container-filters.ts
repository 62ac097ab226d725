import { BaleenError } from '#contracts';
import { hasLabels } from '#docker-api';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { formerNetworks } from '../../fleet-view/lookup/former-networks.ts';
import { onNodes } from '../../fleet-view/lookup/split-node.ts';
import type { FleetContainer } from '../../fleet-view/roll/fleet-container.ts';
import { booleanFilter, type ListFilters } from '../list-filters.ts';
import { nodeNameMatcher, textMatcher } from '../text-match.ts';
import { portTest } from './listed-ports.ts';
import { theOnlyOne } from './narrowed-containers.ts';
import { relatedImages } from './related-images.ts';

export type ContainerTest = (container: FleetContainer) => boolean;
type TestMaker = (values: readonly string[], view: FleetView) => ContainerTest;

/** In the order in which an engine lists them to who gives another. */
const states = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];
const healths = ['none', 'starting', 'healthy', 'unhealthy'];
/** Swarm mode's mark on the containers of its tasks. */
const taskLabel = 'com.docker.swarm.task';

/** One entry per list query of `docker ps` that looks at values one by one: the engine's own, and `node` for the fleet. */
const tests: Readonly<Record<string, TestMaker>> = {
  name: (values, view) => {
    const matches = textMatcher(values);
    const matchesOnNode = nodeNameMatcher(values);
    return ({ facts, engine }) =>
      facts.names.some((name) => matches(name) || matches(`/${name}`) || matchesOnNode(`${view.engine(engine)?.name}/${name}`));
  },
  id: (values, view) => {
    const ids = new Set(values.flatMap((value) => theOnlyOne(view, value)).map(({ facts }) => facts.id));
    return ({ facts }) => ids.has(facts.id);
  },
  label:
    (values) =>
    ({ facts }) =>
      hasLabels(facts.labels, values),
  status: (values) => {
    refuseUnknown('status', 'state', values, states);
    return ({ facts }) => values.includes(facts.state);
  },
  node: (values, view) => onNodes(view, values),
  health: (values) => {
    refuseUnknown('health', 'health', values, healths);
    return ({ facts }) => values.includes(facts.health === '' ? 'none' : facts.health);
  },
  exited: (values) => {
    const codes = new Set(values.map(exitCode));
    return ({ facts }) => !isRunning(facts.state) && facts.startedAtMs > 0 && codes.has(facts.exitCode);
  },
  ancestor: (values, view) => {
    const images = relatedImages(view, values);
    return ({ facts }) => images.has(facts.imageId);
  },
  volume: (values, view) => {
    const wanted = new Set(values.filter((value) => value !== ''));
    return ({ facts, engine }) =>
      facts.mounts.some(({ name, source, destination }) =>
        [name === '' ? source : name, `${view.engine(engine)?.name}/${name}`, destination].some((text) => wanted.has(text)),
      );
  },
  network: (values, view) => {
    const ids = [...values, ...values.flatMap((value) => formerNetworks(view, value)).map(({ facts }) => facts.id)];
    return ({ facts, engine }) =>
      Object.entries(facts.networks).some(
        ([name, id]) =>
          values.some((value) => name === value || `${view.engine(engine)?.name}/${name}` === value) ||
          ids.some((begun) => id.startsWith(begun)),
      );
  },
};

/** Beside the tests: queries of two values at once, `before` and `since` by place in the list, and what Linux engines accept and ignore. */
const others = ['publish', 'expose', 'is-task', 'before', 'since', 'isolation'];

/** The list queries of `docker ps`. */
export const containerFilters: ReadonlySet<string> = new Set([...Object.keys(tests), ...others]);

/** All list queries as one test. Fails with request/invalid for values that a query does not have. */
export function containerTest(filters: ListFilters, view: FleetView): ContainerTest {
  const parts = [...filters].flatMap(([name, values]) => tests[name]?.(values, view) ?? []);
  const ports = portTest(filters);
  if (ports !== undefined) parts.push(ports);
  const wantsTask = booleanFilter(filters, 'is-task');
  if (wantsTask !== undefined) parts.push(({ facts }) => Object.hasOwn(facts.labels, taskLabel) === wantsTask);
  return (container) => parts.every((test) => test(container));
}

/** To an engine a paused or restarting container runs. */
export function isRunning(state: string): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}

function refuseUnknown(name: string, what: string, values: readonly string[], known: readonly string[]): void {
  const unknown = values.find((value) => !known.includes(value));
  if (unknown === undefined) return;
  const reason = `invalid value for ${what} (${unknown}): must be one of ${known.join(', ')}`;
  throw new BaleenError('request/invalid', `invalid filter '${name}=${unknown}': ${reason}`);
}

function exitCode(value: string): number {
  if (/^[+-]?\d+$/.test(value)) return Number(value);
  const reason = `strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`;
  throw new BaleenError('request/invalid', `invalid filter 'exited=${value}': ${reason}`);
}
