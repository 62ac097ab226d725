import { BaleenError } from '#contracts';
import { heldPorts, heldResources } from './container-facts.ts';
import type { KnownFacts } from './container-row.ts';
import { type CreateBody, readCreateBody } from './create-body.ts';

/** What the engine was asked for, and how it answered. */
export type Creation = {
  /** The create body that the engine got. */
  readonly body: string;
  /** Of its answer: it drops what its kernel cannot do, and warns. */
  readonly warnings: readonly string[];
  /** The engine's clock when it answered. */
  readonly atMs: number;
};

/**
 * What an inspection of a new container would tell beside its list entry, from what was asked for. `undefined` = the engine may have made
 * something else of it (warnings, a range of ports, ports that the image exposes and that count), so that only an inspection tells.
 */
export function createdFacts({ body, warnings, atMs }: Creation): KnownFacts | undefined {
  const read = warnings.length === 0 ? readOwn(body) : undefined;
  if (read === undefined || isLeftToTheEngine(read.host)) return undefined;
  const { fields, host } = read;
  return {
    image: fields.Image ?? '',
    imageId: '',
    state: 'created',
    exitCode: 0,
    health: 'none',
    createdAtMs: atMs,
    startedAtMs: 0,
    finishedAtMs: 0,
    ports: heldPorts(host.PortBindings ?? {}, {}),
    exposedPorts: Object.keys(fields.ExposedPorts ?? {}),
    networkMode: host.NetworkMode ?? '',
    autoRemove: host.AutoRemove ?? false,
    restartCount: 0,
    resources: heldResources(host),
  };
}

/** In host mode, and where all are published, the ports that the image exposes are the host's too. */
function isLeftToTheEngine({ NetworkMode, PublishAllPorts, PortBindings }: CreateBody['host']): boolean {
  const bindings = Object.values(PortBindings ?? {}).flatMap((list) => list ?? []);
  return NetworkMode === 'host' || PublishAllPorts === true || bindings.some(({ HostPort }) => HostPort?.includes('-') === true);
}

/** `undefined` = not in a form that is understood here; the engine took it all the same. */
function readOwn(body: string): CreateBody | undefined {
  try {
    return readCreateBody(Buffer.from(body));
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    return undefined;
  }
}
