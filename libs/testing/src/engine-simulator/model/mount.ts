import type { CreateBody } from './create-body.ts';

/** One of a container's mounts. */
export type Mount = {
  readonly type: 'volume' | 'bind' | 'tmpfs';
  /** Of a volume. */
  readonly name: string;
  /** Of a bind: the host's path. */
  readonly source: string;
  readonly destination: string;
  readonly mode: string;
  readonly isWritable: boolean;
  /** The volume was made for this container alone, and goes with it where that is asked. */
  readonly isAnonymous: boolean;
};

/** Mounts that a create body asks for; `nameOf` gives volumes without a name theirs. */
export function mountsOf(body: CreateBody, nameOf: () => string): Mount[] {
  const host = body.HostConfig ?? {};
  const binds = (host.Binds ?? []).map((text) => bindOf(text));
  const mounts = (host.Mounts ?? []).map((mount): Mount => {
    const type = mount.Type === 'bind' || mount.Type === 'tmpfs' ? mount.Type : 'volume';
    const isAnonymous = type === 'volume' && (mount.Source ?? '') === '';
    return {
      type,
      name: type === 'volume' ? (isAnonymous ? nameOf() : (mount.Source ?? '')) : '',
      source: type === 'bind' ? (mount.Source ?? '') : '',
      destination: mount.Target,
      mode: type === 'volume' ? 'z' : '',
      isWritable: mount.ReadOnly !== true,
      isAnonymous,
    };
  });
  const taken = new Set([...binds, ...mounts].map(({ destination }) => destination));
  const anonymous = Object.keys(body.Volumes ?? {}).filter((destination) => !taken.has(destination));
  return [...binds, ...mounts, ...anonymous.map((destination) => anonymousVolume(nameOf(), destination))];
}

/** `source:destination[:mode]` */
function bindOf(text: string): Mount {
  const [source = '', destination = '', mode = ''] = text.split(':');
  const isPath = source.startsWith('/');
  return {
    type: isPath ? 'bind' : 'volume',
    name: isPath ? '' : source,
    source: isPath ? source : '',
    destination,
    mode: mode === '' && !isPath ? 'z' : mode,
    isWritable: !mode.split(',').includes('ro'),
    isAnonymous: false,
  };
}

function anonymousVolume(name: string, destination: string): Mount {
  return { type: 'volume', name, source: '', destination, mode: '', isWritable: true, isAnonymous: true };
}
