import { decodeLease, type LogEntry, type Registrations } from '#cluster-log';
import {
  agentOf,
  type BatchEntry,
  decodeBatch,
  decodeObject,
  decodeRecord,
  EngineRecord,
  MemberRecord,
  NodeRecord,
  type ObjectKind,
  objectToken,
  type RecordSubject,
  type SharedTexts,
} from '#contracts';
import type { EngineWords, FleetEngine } from './fleet-engine.ts';
import type { FoundRecord } from './held-object.ts';

/** A view, as entries of the log change it. */
export type FoldedView = {
  readonly texts: SharedTexts;
  readonly nowMs: () => number;
  readonly registrations: Registrations;
  /** Hears of records of a batch that break their contract. */
  readonly onUnreadable: (subject: string, error: unknown) => void;
  /** Made when first spoken of. */
  readonly engineFor: (key: string) => FleetEngine;
  /** Keys of the engines whose leases this process holds. */
  readonly heldBy: (holder: string) => readonly string[];
  readonly hear: (key: string, words: Partial<EngineWords>) => void;
  readonly put: (key: string, id: string, found: FoundRecord) => void;
  readonly remove: (key: string, kind: ObjectKind, id: string) => void;
};

/** Folds one entry. Throws on a record that breaks its contract. */
export function fold(view: FoldedView, subject: RecordSubject, entry: LogEntry): void {
  const { payload } = entry;
  switch (subject.type) {
    case 'member':
      return view.hear(subject.key, { member: payload && decodeRecord(MemberRecord, payload) });
    case 'node':
      return view.hear(subject.key, { wish: payload && decodeRecord(NodeRecord, payload) });
    case 'lease':
      return foldLease(view, subject.key, payload);
    case 'registration':
      return foldRegistration(view, subject.monitor, entry);
    case 'engine':
      return foldInfo(view, subject.key, payload);
    case 'object':
      return foldObject(view, subject.key, subject.kind, subject.id, entry);
    case 'batch':
      return payload && foldBatch(view, subject.key, entry.subject, { payload, sequence: entry.sequence });
  }
}

/** Released last when an engine is no member any more. */
function foldLease(view: FoldedView, key: string, payload: Uint8Array | undefined): void {
  const engine = view.engineFor(key);
  const holder = payload && decodeLease(payload)?.holder;
  if (payload !== undefined && holder === undefined) throw new Error('not the record of a lease');
  // A renewal.
  if (holder !== undefined && holder === engine.owner) return;
  const hasEnded = holder === undefined && engine.owner !== undefined;
  view.hear(key, { holder, isAbandoned: false, ...(hasEnded && { unownedSinceMs: view.nowMs() }) });
}

/** Leases are long: a monitor that is gone holds them still, and watches nothing. */
function foldRegistration(view: FoldedView, monitor: string, entry: LogEntry): void {
  const change = view.registrations.apply(monitor, entry);
  if (change === 'none') return;
  const isAbandoned = !view.registrations.keeps(monitor);
  for (const key of view.heldBy(monitor)) view.hear(key, isAbandoned ? abandoned(view) : { isAbandoned });
}

/** Engines whose holders are not registered now; agents are under no registration. */
export function abandonUnregistered(view: FoldedView, engines: readonly FleetEngine[]): void {
  for (const { key, address, words } of engines) {
    const { holder } = words;
    if (holder === undefined || agentOf(address) !== undefined || view.registrations.keeps(holder)) continue;
    view.hear(key, abandoned(view));
  }
}

function abandoned({ nowMs }: FoldedView): Partial<EngineWords> {
  return { isAbandoned: true, unownedSinceMs: nowMs() };
}

function foldInfo(view: FoldedView, key: string, payload: Uint8Array | undefined): void {
  const engine = view.engineFor(key);
  const next = payload && decodeRecord(EngineRecord, payload);
  if (next !== undefined && engine.record !== undefined && next.epoch < engine.record.epoch) return;
  view.hear(key, { record: next });
}

function foldObject(view: FoldedView, key: string, kind: ObjectKind, id: string, { payload, sequence }: LogEntry): void {
  if (payload === undefined) return view.remove(key, kind, id);
  const { epoch, facts, summary } = decodeObject(kind, payload);
  const entry = copyOf(summary);
  view.put(key, id, { kind, stamp: { epoch, sequence }, facts: view.texts.shareIn(facts), entry });
}

function foldBatch(view: FoldedView, key: string, subject: string, batch: BatchEntry): void {
  const records = decodeBatch(batch, view.texts, (error) => view.onUnreadable(subject, error));
  for (const record of records) view.put(key, objectToken(record.kind, record.facts), record);
}

/**
 * Of a single record, which is a window on the connection's receive buffer, which would live as long as it. In memory of its own: Node's pool would keep
 * eight times as much alive for one that stays.
 */
function copyOf(summary: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(summary.length);
  summary.copy(own);
  return own;
}
