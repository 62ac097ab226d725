import { bindSource } from './bind-source.ts';
import type { CreateBody } from './create-body.ts';
import type { Replacements } from './json-members.ts';

/** What a HostConfig names on its engine: networks, volumes and other containers. */
export type HostReferences = {
  readonly networkMode: string;
  readonly ipcMode: string;
  readonly pidMode: string;
  /** Named volumes of binds and mounts. */
  readonly volumes: readonly string[];
  /** Containers of `--volumes-from`, without the access mode. */
  readonly volumesFrom: readonly string[];
  /** Containers of `--link`, without the alias. */
  readonly links: readonly string[];
  /** The fields that change. */
  readonly replacements: Replacements;
};

/** Mode of a namespace that is another container's. */
export const besideContainer = 'container:';

/** Reads the references; `unpin` turns `node/name` into the name that the engine knows. */
export function hostReferences(host: CreateBody['host'], unpin: (reference: string) => string): HostReferences {
  const replacements: Record<string, string> = {};
  const note = <T>(key: string, given: T, rewritten: T): T => {
    const text = JSON.stringify(rewritten);
    if (text !== JSON.stringify(given)) replacements[key] = text;
    return rewritten;
  };
  const list = (key: 'Binds' | 'VolumesFrom' | 'Links', rewrite: (text: string) => string) =>
    note(key, host[key] ?? [], (host[key] ?? []).map(rewrite));
  const mode = (key: 'IpcMode' | 'PidMode') => note(key, host[key] ?? '', unpinnedMode(host[key] ?? '', unpin));
  const networkMode = host.NetworkMode ?? '';
  const isBeside = networkMode.startsWith(besideContainer);
  const given = host.Mounts ?? [];
  const mounts = given.map((mount) =>
    mount.Type === 'volume' && mount.Source ? { ...mount, Source: unpin(mount.Source) } : mount,
  );
  note('Mounts', given, mounts);
  const mounted = mounts.flatMap((mount) => (mount.Type === 'volume' && mount.Source ? [mount.Source] : []));
  return {
    networkMode: note('NetworkMode', networkMode, isBeside ? unpinnedMode(networkMode, unpin) : unpin(networkMode)),
    ipcMode: mode('IpcMode'),
    pidMode: mode('PidMode'),
    volumes: [...new Set([...list('Binds', (bind) => unpinnedBind(bind, unpin)).flatMap(namedVolume), ...mounted])],
    volumesFrom: list('VolumesFrom', (text) => unpinnedFirst(text, unpin)).map(firstPart),
    links: list('Links', (text) => unpinnedFirst(text, unpin)).map(firstPart),
    replacements,
  };
}

function unpinnedMode(mode: string, unpin: (reference: string) => string): string {
  return mode.startsWith(besideContainer) ? besideContainer + unpin(mode.slice(besideContainer.length)) : mode;
}

function unpinnedBind(bind: string, unpin: (reference: string) => string): string {
  return bindSource(bind).kind === 'volume' ? unpinnedFirst(bind, unpin) : bind;
}

/** Up to the first colon: `node-1/data:/path:ro`, `node-1/db:alias`. */
function unpinnedFirst(text: string, unpin: (reference: string) => string): string {
  const [first = '', ...rest] = text.split(':');
  return [unpin(first), ...rest].join(':');
}

/** Up to the first colon. */
export function firstPart(text: string): string {
  return text.split(':')[0] ?? '';
}

function namedVolume(bind: string): string[] {
  const { kind, source } = bindSource(bind);
  return kind === 'volume' ? [source] : [];
}
