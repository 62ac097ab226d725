import type { MovedObject, PlacementRequest } from '#contracts';
import type { Candidate } from './candidate.ts';

/** A local network or volume that a request names and that lives somewhere. */
export type Tie = {
  readonly kind: MovedObject['kind'];
  /** `network backend` */
  readonly what: string;
  /** The nodes that have it, by engine. */
  readonly homes: ReadonlyMap<string, string>;
  /** What an engine without it is brought; `undefined` = it binds the container to its homes. Worked out when somebody asks. */
  readonly moved: () => MovedObject | undefined;
};

export type TieOptions = {
  /** Where networks and volumes bind as well, besides the engines offered: on another engine it would be another volume. */
  readonly homesWithheld: () => readonly Candidate[];
  /** The asker brings what nothing uses along, but for these IDs of networks and names of volumes; `undefined` = nothing. */
  readonly moves: { readonly except: readonly string[] } | undefined;
};

/** What lives nowhere yet binds nothing. */
export function tiesOf(
  { networks, volumes }: Pick<PlacementRequest, 'networks' | 'volumes'>,
  candidates: readonly Candidate[],
  { homesWithheld, moves }: TieOptions,
): Tie[] {
  if (networks.length + volumes.length === 0) return [];
  const fleet = [...candidates, ...homesWithheld()];
  const tie = (kind: Tie['kind'], reference: string, has: (candidate: Candidate) => boolean): Tie => {
    const homes = fleet.filter(has);
    return {
      kind,
      what: `${kind} ${reference}`,
      homes: new Map(homes.map(({ key, node }) => [key, node])),
      moved: once(() => (moves === undefined ? undefined : movedFrom(homes, kind, reference, moves.except))),
    };
  };
  return [
    ...networks.map((reference) => tie('network', reference, (candidate) => candidate.hasNetwork(reference))),
    ...volumes.map((name) => tie('volume', name, (candidate) => candidate.hasVolume(name))),
  ].filter(({ homes }) => homes.size > 0);
}

/** It binds the container to where it is. */
export function asItLies(tie: Tie): Tie {
  return { ...tie, moved: () => undefined };
}

/** What has to be brought to the engine so that a request of these ties can run there. */
export function movesTo(engine: string, ties: readonly Tie[]): MovedObject[] {
  const all = ties.flatMap(({ homes, moved }) => (homes.has(engine) ? [] : (moved() ?? [])));
  // A create may name one network by its ID and by its name.
  return all.filter((one, index) => all.findIndex(({ kind, id }) => kind === one.kind && id === one.id) === index);
}

/** What bringing that costs, to compare engines by: any number of networks less than one volume, whose past has to be asked for. */
export function costOf(moves: readonly MovedObject[]): number {
  return moves.reduce((cost, { kind }) => cost + (kind === 'volume' ? 1_000 : 1), 0);
}

function movedFrom(homes: readonly Candidate[], kind: Tie['kind'], reference: string, except: readonly string[]) {
  const [home, ...others] = homes;
  const unused = others.length === 0 ? home?.unused(kind, reference) : undefined;
  return unused === undefined || except.includes(unused.id) ? undefined : unused;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
