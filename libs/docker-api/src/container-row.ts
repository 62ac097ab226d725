import { z } from 'zod';
import type { ContainerFacts, PortBinding } from '#contracts';
import { sortedNames } from './container-name.ts';
import { isObject } from './json-object.ts';
import { isByName, TextsByName } from './texts-by-name.ts';
import { type MendedRow, readRow } from './tolerant-reading.ts';

const Port = z.object({
  IP: z.string().nullish(),
  PrivatePort: z.number().nullish(),
  PublicPort: z.number().nullish(),
  Type: z.string().nullish(),
});
const Mount = z.object({
  Type: z.string().nullish(),
  Name: z.string().nullish(),
  Source: z.string().nullish(),
  Destination: z.string().nullish(),
});

const Endpoints = z.custom<Record<string, { readonly NetworkID?: string | null } | null>>(
  (value) => isByName(value, isEndpoint),
  'expected endpoints by the names of networks',
);

/** An element of `GET /containers/json`, as far as it is read; every member but the id may be missing on some engine. */
const ContainerRow = z.object({
  /** Becomes part of a subject as it is. */
  Id: z.string().regex(/^[\w-]+$/),
  Names: z.array(z.string()).nullish(),
  Image: z.string().nullish(),
  ImageID: z.string().nullish(),
  Created: z.number().nullish(),
  State: z.string().nullish(),
  Status: z.string().nullish(),
  Labels: TextsByName.nullish(),
  Ports: z.array(Port).nullish(),
  HostConfig: z.object({ NetworkMode: z.string().nullish() }).nullish(),
  NetworkSettings: z.object({ Networks: Endpoints.nullish() }).nullish(),
  Mounts: z.array(Mount).nullish(),
});
export type ContainerRow = z.infer<typeof ContainerRow>;

/** Reads a list entry, odd members taken out. Throws engine/bad-answer when it has no usable id. */
export function containerRow(bytes: Buffer): MendedRow<ContainerRow> {
  return readRow(ContainerRow, bytes);
}

function isEndpoint(value: unknown): boolean {
  if (value === null) return true;
  return isObject(value) && (value['NetworkID'] == null || typeof value['NetworkID'] === 'string');
}

/** What is worth knowing of a container beside its list entry. */
export type KnownFacts = Omit<ContainerFacts, 'id' | 'names' | 'labels' | 'networks' | 'mounts' | 'isUnread'>;

/**
 * Facts of a container from its list entry alone. `known` are earlier facts of it, or what was asked for at its create: what the list
 * does not say (resources above all, which placement counts on) stays as it was. Times are as near as the words of `Status` are.
 */
export function listedFacts(row: ContainerRow, nowMs: number, known?: KnownFacts): ContainerFacts {
  const status = row.Status ?? '';
  const atMs = nowMs - (spanMs(status) ?? nowMs);
  const isUp = status.startsWith('Up');
  const hasEnded = status.startsWith('Exited') || status.startsWith('Restarting');
  return {
    ...unsaid,
    ...known,
    id: row.Id,
    names: sortedNames(row.Names ?? []),
    // The list shows an id once the name means another image.
    image: known?.image ?? row.Image ?? '',
    imageId: row.ImageID ?? known?.imageId ?? '',
    state: row.State ?? stateIn(status),
    exitCode: isUp ? 0 : Number(/^(?:Exited|Restarting) \((-?\d+)\)/.exec(status)?.[1] ?? known?.exitCode ?? 0),
    health: /\((?:health: )?(starting|healthy|unhealthy)\)$/.exec(status)?.[1] ?? 'none',
    createdAtMs: createdAtMs(row, known),
    startedAtMs: isUp ? atMs : (known?.startedAtMs ?? 0),
    finishedAtMs: hasEnded ? atMs : (known?.finishedAtMs ?? 0),
    labels: row.Labels ?? {},
    ports: isUp || known === undefined ? eachOnce([...(known?.ports ?? []), ...publicPorts(row)]) : known.ports,
    networkMode: row.HostConfig?.NetworkMode ?? known?.networkMode ?? '',
    networks: Object.fromEntries(
      Object.entries(row.NetworkSettings?.Networks ?? {}).map(([name, endpoint]) => [name, endpoint?.NetworkID ?? '']),
    ),
    mounts: (row.Mounts ?? []).map((mount) => ({
      type: mount.Type ?? '',
      name: mount.Name ?? '',
      source: mount.Source ?? '',
      destination: mount.Destination ?? '',
    })),
  };
}

/** What only an inspection tells. */
const unsaid = {
  exposedPorts: [],
  autoRemove: false,
  restartCount: 0,
  resources: { memoryBytes: 0, memoryReservationBytes: 0, nanoCpus: 0, cpuShares: 0, cpusetCpus: '', devices: [] },
};

/** Engines before API 1.23 list no state, only its words. */
function stateIn(status: string): string {
  if (status.endsWith('(Paused)')) return 'paused';
  const [first = ''] = status.split(' ');
  return stateOfWord[first] ?? '';
}

const stateOfWord: Readonly<Record<string, string>> = {
  Up: 'running',
  Exited: 'exited',
  Created: 'created',
  Dead: 'dead',
  Restarting: 'restarting',
  Removal: 'removing',
};

const unitMs: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
  year: 365 * 86_400_000,
};

/** The span in `Up 5 minutes`, `Exited (0) About an hour ago`; `undefined` = it names none. The reverse of `humanDuration`. */
function spanMs(status: string): number | undefined {
  if (status.includes('Less than a second')) return 0;
  const match = /(\d+|About an?) (second|minute|hour|day|week|month|year)s?\b/.exec(status);
  if (match === null) return undefined;
  const count = match[1]?.startsWith('About') === true ? 1 : Number(match[1]);
  return count * (unitMs[match[2] ?? ''] ?? 0);
}

/** The list has whole seconds; within them what is known is nearer. */
function createdAtMs({ Created }: ContainerRow, known: KnownFacts | undefined): number {
  const listedMs = (Created ?? 0) * 1_000;
  if (known === undefined) return listedMs;
  return Math.min(Math.max(known.createdAtMs, listedMs), listedMs + 999);
}

function eachOnce(ports: readonly PortBinding[]): PortBinding[] {
  return [...new Map(ports.map((port) => [`${port.ip} ${port.hostPort}/${port.protocol}`, port])).values()];
}

function publicPorts({ Ports }: ContainerRow): PortBinding[] {
  return (Ports ?? []).flatMap(({ IP, PrivatePort, PublicPort, Type }) =>
    PublicPort == null ? [] : [{ ip: IP ?? '', hostPort: PublicPort, containerPort: PrivatePort ?? 0, protocol: Type ?? 'tcp' }],
  );
}
