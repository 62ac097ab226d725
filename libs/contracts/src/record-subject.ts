import { isObjectKind, type ObjectKind } from './records/object-records.ts';
import { untoken } from './subjects.ts';

/** What the subject of a record says, of the families that somebody folds. `key` is an engine's. */
export type RecordSubject =
  | { readonly type: 'member' | 'node' | 'engine' | 'batch' | 'lease'; readonly key: string }
  /** `id` is the subject's token, as written. */
  | { readonly type: 'object'; readonly key: string; readonly kind: ObjectKind; readonly id: string }
  | { readonly type: 'agent'; readonly id: string }
  /** A monitor's own lease, which says that it lives. */
  | { readonly type: 'registration'; readonly monitor: string }
  /** A gateway's own lease, which says that it serves. */
  | { readonly type: 'presence'; readonly gateway: string }
  /** The lease of the scheduler that leads. */
  | { readonly type: 'leadership' }
  | { readonly type: 'token'; readonly clusterToken: string }
  | { readonly type: 'roster'; readonly clusterToken: string; readonly address: string }
  | { readonly type: 'barrier'; readonly process: string }
  | { readonly type: 'reservation'; readonly operation: string }
  | { readonly type: 'replacement'; readonly container: string };

/**
 * What `subjects` made a subject of; `undefined` = of another family. A start reads 100,000 of them: it cuts out what it returns, which takes a third
 * of the time of a `split`.
 */
export function parseRecordSubject(subject: string): RecordSubject | undefined {
  const start = subject.indexOf('.') + 1;
  switch (subject.slice(0, start)) {
    case 'engine.':
      return parseOfEngine(subject, start);
    case 'lease.':
      return parseLease(subject.slice(start));
    case 'batch.':
      return { type: 'batch', key: subject.slice(start, subject.indexOf('.', start)) };
    case 'member.':
      return { type: 'member', key: subject.slice(start) };
    case 'node.':
      return { type: 'node', key: subject.slice(start) };
    case 'agent.':
      return { type: 'agent', id: subject.slice(start) };
    case 'token.':
      return { type: 'token', clusterToken: subject.slice(start) };
    case 'roster.':
      return parseRoster(subject, start);
    case 'barrier.':
      return { type: 'barrier', process: untoken(subject.slice(start)) };
    case 'reservation.':
      return { type: 'reservation', operation: untoken(subject.slice(start)) };
    case 'replacement.':
      return { type: 'replacement', container: subject.slice(start) };
    default:
      return undefined;
  }
}

/** `engine.<key>.info` and `engine.<key>.<kind>.<id>`. */
function parseOfEngine(subject: string, start: number): RecordSubject | undefined {
  const end = subject.indexOf('.', start);
  const key = subject.slice(start, end);
  const endOfKind = subject.indexOf('.', end + 1);
  if (endOfKind === -1) return subject.endsWith('.info') ? { type: 'engine', key } : undefined;
  const kind = subject.slice(end + 1, endOfKind);
  return isObjectKind(kind) ? { type: 'object', key, kind, id: subject.slice(endOfKind + 1) } : undefined;
}

/** `roster.<token>.<address>`. */
function parseRoster(subject: string, start: number): RecordSubject {
  const end = subject.indexOf('.', start);
  return { type: 'roster', clusterToken: subject.slice(start, end), address: untoken(subject.slice(end + 1)) };
}

const ofEngines = 'engine.';
const ofMonitors = 'monitor.';
const ofGateways = 'gateway.';

function parseLease(what: string): RecordSubject | undefined {
  if (what.startsWith(ofEngines)) return { type: 'lease', key: what.slice(ofEngines.length) };
  if (what.startsWith(ofMonitors)) return { type: 'registration', monitor: what.slice(ofMonitors.length) };
  if (what.startsWith(ofGateways)) return { type: 'presence', gateway: untoken(what.slice(ofGateways.length)) };
  return what === 'scheduler' ? { type: 'leadership' } : undefined;
}
