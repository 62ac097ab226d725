import { posix } from 'node:path';
import { BaleenError } from '#contracts';
import { type CreateBody, readCreateBody } from './create-body.ts';
import { type Replacements, replaceMembers } from './json-members.ts';

/**
 * What a container gets that mounts Docker's socket (Ryuk, act, traefik, portainer): the socket of its own engine; nothing, its create is
 * refused (a guard against mistakes, no isolation: who may mount any folder reaches the socket by another way); the fleet by an address, in `DOCKER_HOST`; the fleet by a socket that the operator keeps at this path of every engine's machine.
 */
export type DockerSocket =
  | { readonly kind: 'engine' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'address'; readonly dockerHost: string }
  | { readonly kind: 'path'; readonly path: string };

export const dockerSocketForms = 'engine, refuse, tcp://host:port or unix:///path';

/** Reads a setting; the complaint says what is wrong with it. */
export function parseDockerSocket(text: string): DockerSocket | { readonly complaint: string } {
  if (text === 'engine') return { kind: 'engine' };
  if (text === 'refuse') return { kind: 'refused' };
  const path = /^unix:\/\/(\/.+)$/.exec(text)?.[1];
  if (path !== undefined) return { kind: 'path', path };
  const host = /^tcp:\/\/(\[[0-9a-fA-F:]+\]|[^/:\s]+):\d{1,5}$/.exec(text)?.[1];
  if (host === undefined) return { complaint: `${JSON.stringify(text)} is not ${dockerSocketForms}` };
  if (/^(localhost|127\.|0\.0\.0\.0$|\[::1?\]$)/.test(host))
    return { complaint: `${text} would be the container itself: give an address at which containers reach a gateway` };
  return { kind: 'address', dockerHost: text };
}

/**
 * The create with its mounts of Docker's socket as the setting says; without such a mount, or with `engine`, the same bytes.
 * `ownPaths` are sockets that the gateway itself listens on: a client that knows the fleet by one of them mounts it for Docker's.
 * Throws request/forbidden where they are refused, request/invalid for a malformed body.
 */
export function withDockerSocket(bytes: Buffer, socket: DockerSocket, ownPaths: ReadonlySet<string>): Buffer {
  if (socket.kind === 'engine') return bytes;
  const body = readCreateBody(bytes);
  const isSocket = (source: string) => isDockerSocket(source) || ownPaths.has(normalised(source));
  const found = socketMounts(body.host, isSocket);
  const [first] = found.mounted;
  if (first === undefined) return bytes;
  if (socket.kind === 'refused') throw refusal(first.source);
  const hostConfig = (mounts: readonly unknown[]) =>
    replaceMembers(body.hostBytes, {
      ...(body.host.Binds ? { Binds: JSON.stringify(found.binds) } : {}),
      ...(mounts.length > 0 || body.host.Mounts ? { Mounts: JSON.stringify(mounts) } : {}),
    });
  if (socket.kind === 'address') {
    const changes: Replacements = {
      HostConfig: hostConfig(found.mounts),
      Env: JSON.stringify(environment(body, socket.dockerHost)),
    };
    return replaceMembers(body.bytes, changes);
  }
  // A mount, not a bind: an engine makes a folder of a bind's missing source, and the container would find that.
  const led = found.mounted.map(({ target, isReadOnly }) => ({
    Type: 'bind',
    Source: socket.path,
    Target: target,
    ReadOnly: isReadOnly,
  }));
  return replaceMembers(body.bytes, { HostConfig: hostConfig([...found.mounts, ...led]) });
}

type SocketMount = { readonly source: string; readonly target: string; readonly isReadOnly: boolean };
type Mount = NonNullable<CreateBody['host']['Mounts']>[number];

/** The socket's mounts, and the binds and mounts that are none. */
function socketMounts({ Binds, Mounts }: CreateBody['host'], isSocket: (source: string) => boolean) {
  const bound = (Binds ?? []).map((bind) => ({ bind, parts: bind.split(':') }));
  const isBound = ({ parts }: (typeof bound)[number]) => parts.length > 1 && isSocket(parts[0] ?? '');
  const isMounted = (mount: Mount) => mount.Type === 'bind' && isSocket(mount.Source ?? '');
  const mounted: SocketMount[] = [
    ...bound.filter(isBound).map(({ parts: [source = '', target = '', options = ''] }) => ({
      source,
      target,
      isReadOnly: options.split(',').includes('ro'),
    })),
    ...(Mounts ?? []).filter(isMounted).map((mount) => ({
      source: mount.Source ?? '',
      target: mount.Target ?? '',
      isReadOnly: mount.ReadOnly === true,
    })),
  ];
  return {
    mounted,
    binds: bound.filter((entry) => !isBound(entry)).map(({ bind }) => bind),
    mounts: (Mounts ?? []).filter((mount) => !isMounted(mount)),
  };
}

/** An address that the user gave stays; one of the socket, which is not mounted now, does not. */
function environment({ fields }: CreateBody, dockerHost: string): string[] {
  const kept = (fields.Env ?? []).filter((entry) => !/^DOCKER_HOST=(unix:|$)/.test(entry));
  return kept.some((entry) => entry.startsWith('DOCKER_HOST=')) ? kept : [...kept, `DOCKER_HOST=${dockerHost}`];
}

/** `/var/run/docker.sock`, `/run/docker.sock`, and a rootless engine's below `/run/user`. */
function isDockerSocket(source: string): boolean {
  return /^\/(var\/)?run\/(user\/\d+\/)?docker\.sock$/.test(normalised(source));
}

function normalised(path: string): string {
  return posix.normalize(path).replace(/\/$/, '');
}

function refusal(source: string): BaleenError {
  return new BaleenError(
    'request/forbidden',
    `mounting Docker's socket (${source}) is refused on this fleet: give the container the fleet's address in DOCKER_HOST instead`,
  );
}
