import { type FactsOf, type ObjectKind, objectId } from './records/object-records.ts';

/**
 * Every NATS subject of Baleen. Subjects are relative to `baleen.v1.<cluster>.`; the log and the bus add the prefix.
 * State lives in the stream (last message per subject); `cmd.*`, `event.*` and `tunnel.*` are core NATS.
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
  replacement: (container: string) => `replacement.${container}`,
  node: (key: string) => `node.${key}`,
  barrier: (process: string) => `barrier.${token(process)}`,
  event: (key: string) => `event.${key}`,
  schedulerCommand: (verb: string) => `cmd.scheduler.${verb}`,
  engineCommand: (key: string, verb: string) => `cmd.engine.${key}.${verb}`,
  gatewayCommand: (gateway: string, verb: string) => `cmd.gateway.${token(gateway)}.${verb}`,
  tunnelOpen: (key: string) => `tunnel.${key}.open`,
  /** Frames from the one that opened the tunnel, and to it. */
  tunnelUp: (id: string) => `tunnel.${id}.up`,
  tunnelDown: (id: string) => `tunnel.${id}.down`,
} as const;

/** The last token of the subject that an object's own record has. */
export function objectToken(kind: ObjectKind, facts: FactsOf[ObjectKind]): string {
  const id = objectId(facts);
  return kind === 'container' || kind === 'network' ? id : token(id);
}

export const natsPrefix = (cluster: string) => `baleen.v1.${cluster}.`;
export const streamName = (cluster: string) => `BALEEN_${cluster}`;

/**
 * One NATS subject token for any text: letters, digits, `-` and `_` stay, every other byte becomes `=hh`.
 * Reversible and injective, so two names never share a subject. The empty text is `=`.
 */
export function token(text: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(text)) return text;
  if (text === '') return '=';
  let out = '';
  for (const byte of new TextEncoder().encode(text)) {
    const char = String.fromCharCode(byte);
    out += /[A-Za-z0-9_-]/.test(char) ? char : `=${byte.toString(16).padStart(2, '0')}`;
  }
  return out;
}

/** The text a `token` was made from. */
export function untoken(encoded: string): string {
  if (encoded === '=') return '';
  const bytes: number[] = [];
  for (let i = 0; i < encoded.length; i++) {
    if (encoded[i] === '=') {
      bytes.push(Number.parseInt(encoded.slice(i + 1, i + 3), 16));
      i += 2;
    } else {
      bytes.push(encoded.charCodeAt(i));
    }
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/** The engine key of a discovered address: `10.0.0.1:2375` becomes `10=2e0=2e0=2e1=3a2375`; injective, one subject token. */
export function engineKey(address: string): string {
  return token(address.replace(/^tcp:\/\//, ''));
}
