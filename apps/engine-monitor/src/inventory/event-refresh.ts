import type { Touched } from '#contracts';

/** The fields of a Docker event that say what it changed. */
export type EngineEvent = {
  readonly type: string;
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
};

/** What an event calls for: re-reading some objects, the daemon's identity, or nothing. */
export type EventRefresh = {
  readonly touched: Touched;
  readonly identity: boolean;
  /** No list shows what it changed. */
  readonly isUnlisted?: true;
};

/** Container actions that change nothing of what is kept (spec 3.8). `exec_…` actions carry their command, so they are matched by prefix. */
const silentActions = new Set(['top', 'resize', 'export', 'attach', 'detach', 'extract-to-dir', 'copy', 'archive-path']);
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
  return { touched: { ...nothing, containers: [id] }, identity: false, ...(action === 'update' && { isUnlisted: true }) };
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
