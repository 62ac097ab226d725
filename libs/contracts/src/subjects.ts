import { type FactsOf, type ObjectKind, objectId } from './records/object-records.ts';

/**
 * Every NATS subject of Baleen. Subjects are relative to `baleen.v1.<cluster>.`; the log and the bus add the prefix.
 * State lives in the stream (last message per subject); `cmd.*`, `event.*`, `settled.*`, `decided`, `leads`, `tunnel.*` and `door.*` are core NATS.
 */
export const subjects = {
  member: (key: string) => `member.${key}`,
  token: (clusterToken: string) => `token.${clusterToken}`,
  roster: (clusterToken: string, address: string) => `roster.${clusterToken}.${token(address)}`,
  agent: (id: string) => `agent.${id}`,
  daemon: (id: string) => `daemon.${token(id)}`,
  engineInfo: (key: string) => `engine.${key}.info`,
  container: (key: string, id: string) => `engine.${key}.container.${id}`,
  image: (key: string, id: string) => `engine.${key}.image.${token(id)}`,
  network: (key: string, id: string) => `engine.${key}.network.${id}`,
  volume: (key: string, name: string) => `engine.${key}.volume.${token(name)}`,
  engineAll: (key: string) => `engine.${key}.>`,
  /** Records of what one engine holds, many in a message; `part` is a number that is used once. */
  batch: (key: string, part: number) => `batch.${key}.${part}`,
  batchAll: (key: string) => `batch.${key}.*`,
  lease: (what: string) => `lease.${what}`,
  reservation: (operation: string) => `reservation.${token(operation)}`,
  decision: (operation: string) => `decision.${token(operation)}`,
  /** Each placement as it is decided (PlacementNotice), for whoever watches. */
  decided: () => 'decided',
  /** Whoever sends it leads from now on, so that nobody goes on waiting for a scheduler. Says nothing else. */
  leads: () => 'leads',
  replacement: (container: string) => `replacement.${container}`,
  orderKey: () => 'orders.key',
  node: (key: string) => `node.${key}`,
  barrier: (process: string) => `barrier.${token(process)}`,
  event: (key: string) => `event.${key}`,
  /** Which events that left ahead of their records have them in the log by now (`splitAhead`, `readSettled`). */
  settled: (key: string) => `settled.${key}`,
  schedulerCommand: (verb: string) => `cmd.scheduler.${verb}`,
  engineCommand: (key: string, verb: string) => `cmd.engine.${key}.${verb}`,
  gatewayCommand: (gateway: string, verb: string) => `cmd.gateway.${token(gateway)}.${verb}`,
  tunnelOpen: (key: string) => `tunnel.${key}.open`,
  /** Frames from the one that opened the tunnel, and to it. Under the engine's key, so that its agent can be let in there and nowhere else. */
  tunnelUp: (key: string, id: string) => `tunnel.${key}.${id}.up`,
  tunnelDown: (key: string, id: string) => `tunnel.${key}.${id}.down`,
  /** The log for the agent of this engine, at the door of that name or at `any`; `what` is a verb, and for some the subject it is about. */
  door: (key: string, door: string, what: string) => `door.${key}.${door}.${what}`,
} as const;

/** The last token of the subject that an object's own record has. */
export function objectToken(kind: ObjectKind, facts: FactsOf[ObjectKind]): string {
  const id = objectId(facts);
  return kind === 'container' || kind === 'network' ? id : token(id);
}

export const natsPrefix = (cluster: string) => `baleen.v1.${cluster}.`;
export const streamName = (cluster: string) => `BALEEN_${cluster}`;

/** A text that is its own `token`. */
export const plainToken = /^[A-Za-z0-9_-]+$/;
const notAsItIs = /[^A-Za-z0-9_-]+/g;
const hexBytes = /(?:=[0-9a-f]{2})+/g;

/**
 * One NATS subject token for any text: letters, digits, `-` and `_` stay, every other byte becomes `=hh`.
 * Reversible and injective, so two names never share a subject. The empty text is `=`.
 */
export function token(text: string): string {
  return text === '' ? '=' : text.replace(notAsItIs, inHex);
}

/** The text a `token` was made from. */
export function untoken(encoded: string): string {
  return encoded === '=' ? '' : encoded.replace(hexBytes, fromHex);
}

/** Bytes of UTF-8, each as `=` and two digits. */
function inHex(text: string): string {
  return Buffer.from(text).toString('hex').replace(/../g, '=$&');
}

function fromHex(bytes: string): string {
  return Buffer.from(bytes.replaceAll('=', ''), 'hex').toString();
}

/** The engine key of a discovered address: `10.0.0.1:2375` becomes `10=2e0=2e0=2e1=3a2375`; injective, one subject token. */
export function engineKey(address: string): string {
  return token(address.replace(/^tcp:\/\//, ''));
}
