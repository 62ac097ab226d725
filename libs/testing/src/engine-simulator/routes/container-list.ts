import { imageNameOf } from '../events/container-happenings.ts';
import { type Call, flag } from '../http/call.ts';
import { any, hasLabels, type ListQuery, readListQuery } from '../http/list-query.ts';
import type { Reply } from '../http/reply.ts';
import type { Routes, Served } from '../http/route.ts';
import { type Container, isUp } from '../model/container.ts';
import { containerSummary } from '../render/container-summary.ts';
import { statusUntilMs } from '../render/status-lifetime.ts';

/** Names that a list query of containers may have; those that the simulator does not act on narrow nothing. */
const known = new Set([
  'ancestor',
  'before',
  'expose',
  'exited',
  'health',
  'id',
  'isolation',
  'is-task',
  'label',
  'name',
  'network',
  'publish',
  'since',
  'status',
  'volume',
]);

export const containerListRoutes: Routes = { 'GET /containers/json': { answer: list } };

function list({ state, bodies }: Served, { query }: Call): Reply {
  const nowMs = state.clock.nowMs();
  const [all, withSize] = [flag(query, 'all'), flag(query, 'size')];
  const filters = query.get('filters') ?? '';
  const limit = Number(query.get('limit') ?? 0);
  if (filters !== '' || limit > 0) {
    const wanted = readListQuery(filters, known);
    const shown = newestFirst(candidates(state.containers, wanted)).filter(isWanted(wanted, all || limit > 0));
    return { status: 200, body: bodyOf(limit > 0 ? shown.slice(0, limit) : shown, nowMs, withSize) };
  }
  const name = `containers ${all} ${withSize}`;
  const body = bodies.body(name, state.revision, nowMs, () => {
    const shown = newestFirst(state.containers.all).filter((container) => all || isUp(container));
    const untilMs = shown.reduce(
      (soonest, container) => Math.min(soonest, statusUntilMs(container, nowMs)),
      Number.POSITIVE_INFINITY,
    );
    return { body: bodyOf(shown, nowMs, withSize), untilMs };
  });
  return { status: 200, body };
}

/** Row by row: one text of all rows would be a tree of ropes, and cost three times as much to flatten. */
function bodyOf(containers: readonly Container[], nowMs: number, withSize: boolean): Buffer {
  const rows = containers.map((container, index) => {
    const row = JSON.stringify(containerSummary(container, { nowMs, withSize }));
    return Buffer.from(index === 0 ? row : `,${row}`);
  });
  return Buffer.concat([Buffer.from('['), ...rows, Buffer.from(']\n')]);
}

function newestFirst(containers: Iterable<Container>): Container[] {
  return [...containers].sort((one, other) => other.createdAtMs - one.createdAtMs);
}

/** One whole id is looked up: it is what a monitor asks for after every event. */
function candidates(containers: Served['state']['containers'], query: ListQuery): Iterable<Container> {
  const [id, ...others] = query.get('id') ?? [];
  if (id === undefined || others.length > 0 || id.length !== 64) return containers.all;
  const found = containers.find(id);
  return found === undefined ? [] : [found];
}

function isWanted(query: ListQuery, all: boolean): (container: Container) => boolean {
  const states = query.get('status');
  const names = query.get('name')?.map((pattern) => new RegExp(pattern));
  return (container) =>
    (states === undefined ? all || query.has('exited') || isUp(container) : states.includes(container.state)) &&
    (names === undefined || names.some((name) => name.test(container.name) || name.test(`/${container.name}`))) &&
    any(query.get('id'), (id) => container.id.startsWith(id)) &&
    any(query.get('exited'), (code) => container.state === 'exited' && container.exitCode === Number(code)) &&
    any(query.get('network'), (name) =>
      container.endpoints.some(({ network }) => network.name === name || network.id === name),
    ) &&
    any(query.get('volume'), (name) => container.mounts.some((mount) => mount.name === name || mount.destination === name)) &&
    any(query.get('ancestor'), (name) => isOfImage(container, name)) &&
    hasLabels(container.given.Labels, query.get('label'));
}

function isOfImage(container: Container, name: string): boolean {
  const { image } = container;
  return (
    imageNameOf(container) === name ||
    image.tags.includes(name) ||
    image.tags.includes(`${name}:latest`) ||
    image.id.includes(name)
  );
}
