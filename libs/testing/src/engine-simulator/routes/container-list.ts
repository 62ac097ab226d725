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

const comma = Buffer.from(',');

export const containerListRoutes: Routes = { 'GET /containers/json': { answer: list } };

/** Renders what a monitor will ask for first: daemons elsewhere would do it on machines of their own. */
export function renderContainers(served: Served): void {
  for (const container of served.state.containers.all) rowOf(served, container, false);
}

function list(served: Served, { query }: Call): Reply {
  const { containers } = served.state;
  const [all, withSize] = [flag(query, 'all'), flag(query, 'size')];
  const filters = query.get('filters') ?? '';
  const limit = Number(query.get('limit') ?? 0);
  const wanted = readListQuery(filters, known);
  const shown = newestFirst(candidates(containers, wanted)).filter(isWanted(wanted, all || limit > 0));
  const rows = (limit > 0 ? shown.slice(0, limit) : shown).map((container) => rowOf(served, container, withSize));
  return { status: 200, body: listOf(rows) };
}

function rowOf({ state, rows }: Served, container: Container, withSize: boolean): Buffer {
  const nowMs = state.clock.nowMs();
  const id = `${container.id} ${withSize}`;
  return rows.row(id, state.revision, nowMs, () => ({
    bytes: Buffer.from(JSON.stringify(containerSummary(container, { nowMs, withSize }))),
    untilMs: statusUntilMs(container, nowMs),
  }));
}

function listOf(rows: readonly Buffer[]): Buffer {
  const parts = rows.flatMap((row, index) => (index === 0 ? [row] : [comma, row]));
  return Buffer.concat([Buffer.from('['), ...parts, Buffer.from(']\n')]);
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
