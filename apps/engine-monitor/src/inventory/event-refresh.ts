import type { Touched } from '#contracts';

/** The fields of a Docker event that say what it changed. */
export type EngineEvent = {
  readonly type: string;
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
};

/**
 * What a list that knows of the event says of the container's state. Daemons announce some changes before their list shows them (20.10 its
 * ends), so a list that says otherwise is behind, or already further on. any: the event changes no state.
 */
export type StateTold = 'running' | 'paused' | 'ended' | 'any';

/** What an event calls for: re-reading some objects, the daemon's identity, or nothing. */
export type EventRefresh = {
  readonly touched: Touched;
  readonly identity: boolean;
  /** No list shows what it changed. */
  readonly isUnlisted?: true;
  /** The container's list entry may tell all; absent = only an inspection does. */
  readonly tells?: StateTold;
};

/** Container actions that change nothing of what is kept (spec 3.8). `exec_…` actions carry their command, so they are matched by prefix. */
const silentActions = new Set(['top', 'resize', 'export', 'attach', 'detach', 'extract-to-dir', 'copy', 'archive-path']);
const statesTold: Readonly<Record<string, StateTold>> = {
  start: 'running',
  restart: 'running',
  unpause: 'running',
  pause: 'paused',
  die: 'ended',
  stop: 'ended',
  kill: 'any',
};
/** Mounting changes no list entry of the volume; the container's own events tell the rest. */
const silentVolumeActions = new Set(['mount', 'unmount']);

const nothing: Touched = { containers: [], images: false, networks: false, volumes: false };

/** One line of `GET /events`; `undefined` = not an event this code knows the form of. */
export function parseEvent(line: string): EngineEvent | undefined {
  const value = parseJson(line) as
    | { Type?: unknown; Action?: unknown; Actor?: { ID?: unknown; Attributes?: unknown } }
    | undefined;
  if (typeof value?.Type !== 'string' || typeof value.Action !== 'string') return undefined;
  return {
    type: value.Type,
    action: value.Action,
    id: typeof value.Actor?.ID === 'string' ? value.Actor.ID : '',
    attributes: (value.Actor?.Attributes ?? {}) as Record<string, string>,
  };
}

/** Which records an event makes stale; `undefined` = none. */
export function refreshFor(event: EngineEvent): EventRefresh | undefined {
  switch (event.type) {
    case 'container':
      return containerRefresh(event);
    case 'image':
      return { touched: { ...nothing, images: true }, identity: false };
    case 'volume':
      return silentVolumeActions.has(event.action) ? undefined : { touched: { ...nothing, volumes: true }, identity: false };
    case 'network':
      return networkRefresh(event);
    case 'daemon':
      return event.action === 'reload' ? { touched: nothing, identity: true } : undefined;
    default:
      return undefined;
  }
}

function containerRefresh({ action, id }: EngineEvent): EventRefresh | undefined {
  if (silentActions.has(action) || action.startsWith('exec_') || id === '') return undefined;
  if (action === 'commit') return { touched: { ...nothing, images: true }, identity: false };
  const tells = statesTold[action];
  const touched = { ...nothing, containers: [id] };
  return { touched, identity: false, ...(action === 'update' && { isUnlisted: true }), ...(tells && { tells }) };
}

/** Joining and leaving changes the container's networks, not the network's list entry. */
function networkRefresh({ action, attributes }: EngineEvent): EventRefresh {
  const container = attributes['container'];
  if ((action === 'connect' || action === 'disconnect') && container !== undefined) {
    return { touched: { ...nothing, containers: [container] }, identity: false };
  }
  return { touched: { ...nothing, networks: true }, identity: false };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
