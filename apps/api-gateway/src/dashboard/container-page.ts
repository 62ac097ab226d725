import { type ContainerLine, type ContainerPage, labels } from '#contracts';
import type { FleetEngine } from '../fleet-view/fleet-engine.ts';
import type { FleetView } from '../fleet-view/fleet-view.ts';
import { type FleetContainer, newerFirst } from '../fleet-view/roll/fleet-container.ts';

/** One page; a click asks for the next. */
const rowsMax = 100;
/** One request looks at so many containers, a few milliseconds: a search over 100,000 goes on with further requests, between those of others. */
const lookedAtMax = 10_000;

export type ContainerQuery = {
  /** Key of the engine whose containers are wanted; absent = all. */
  readonly engine?: string | undefined;
  /** Part of a name, image, ID or state, in any case; empty = all. */
  readonly search: string;
  /** How many to pass over: `next` of the page before. */
  readonly from: number;
};

/** Newest first. Pages of a list that changes meanwhile may overlap or leave out what has moved. */
export function containerPage(view: FleetView, { engine, search, from }: ContainerQuery): ContainerPage {
  const wanted = search.trim().toLowerCase();
  const rows: ContainerLine[] = [];
  let at = 0;
  for (const container of containersOf(view, engine)) {
    at += 1;
    if (at <= from) continue;
    if (rows.length >= rowsMax || at - from > lookedAtMax) return { rows, next: at - 1 };
    if (wanted === '' || isMeant(container, wanted)) rows.push(lineOf(container, view.engine(container.engine)));
  }
  return { rows };
}

function containersOf(view: FleetView, key: string | undefined): Iterable<FleetContainer> {
  if (key === undefined) return view.roll.containers();
  return [...(view.engine(key)?.shelves.container.values() ?? [])].map((held) => held as FleetContainer).sort(newerFirst);
}

function isMeant({ facts }: FleetContainer, wanted: string): boolean {
  const { names, image, id, state } = facts;
  return (
    id.startsWith(wanted) ||
    state === wanted ||
    image.toLowerCase().includes(wanted) ||
    names.some((name) => name.toLowerCase().includes(wanted))
  );
}

function lineOf({ facts }: FleetContainer, engine: FleetEngine | undefined): ContainerLine {
  const { id, names, image, state, health, exitCode, createdAtMs, startedAtMs, finishedAtMs, ports } = facts;
  const published = ports.filter(({ hostPort }) => hostPort > 0);
  return {
    id,
    name: names[0] ?? '',
    node: engine?.name ?? '',
    image,
    state,
    health,
    exitCode,
    createdAtMs,
    startedAtMs,
    finishedAtMs,
    ports: [...new Set(published.map(({ hostPort, containerPort, protocol }) => `${hostPort}→${containerPort}/${protocol}`))],
    isPlaced: facts.labels[labels.operation] !== undefined,
  };
}
