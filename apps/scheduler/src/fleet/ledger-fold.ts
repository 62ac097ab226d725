import type { LogEntry } from '#cluster-log';
import {
  decodeRecord,
  EngineRecord,
  MemberRecord,
  NodeRecord,
  type RecordSubject,
  ReplacementRecord,
  ReservationRecord,
} from '#contracts';
import type { FleetInventory } from './fleet-inventory.ts';
import type { LedgerChange } from './ledger-change.ts';
import { eraseObject, recordBatch, recordObject } from './object-entries.ts';
import type { Replacements } from './replacements.ts';
import type { ReservationHolds } from './reservation-holds.ts';

/** What a ledger knows, which entries of the log change. */
export type LedgerParts = {
  readonly fleet: FleetInventory;
  readonly holds: ReservationHolds;
  readonly replacements: Replacements;
  readonly tell: (change: LedgerChange) => void;
};

/** Folds one entry. Throws on a record that breaks its contract. */
export function fold(parts: LedgerParts, subject: RecordSubject, { payload, sequence }: LogEntry): void {
  if (payload === undefined) erased(parts, subject, sequence);
  else recorded(parts, subject, payload, sequence);
}

function recorded(parts: LedgerParts, subject: RecordSubject, payload: Uint8Array, sequence: number): void {
  const { fleet, holds, replacements, tell } = parts;
  switch (subject.type) {
    case 'member':
      fleet.members.add(decodeRecord(MemberRecord, payload).key);
      return tell({ type: 'engine-changed', key: subject.key });
    case 'node': {
      const node = decodeRecord(NodeRecord, payload);
      fleet.nodes.set(subject.key, node);
      fleet.load(subject.key).setNode(node);
      return tell({ type: 'engine-changed', key: subject.key });
    }
    case 'engine': {
      const superseded = !fleet.load(subject.key).setRecord(decodeRecord(EngineRecord, payload), sequence);
      return superseded ? undefined : tell({ type: 'engine-changed', key: subject.key });
    }
    case 'lease':
      return setOwned(parts, subject.key, true);
    case 'reservation': {
      const own = holds.get(subject.operation);
      // The echo of a grant that the log has acknowledged says nothing new.
      const record = own?.sequence === sequence ? own.record : decodeRecord(ReservationRecord, payload);
      const spent = fleet.fulfils(record);
      holds.recorded(record, sequence, spent);
      return spent ? tell({ type: 'reservation-spent', operation: record.operation }) : undefined;
    }
    case 'replacement':
      return replacements.put(subject.container, decodeRecord(ReplacementRecord, payload), sequence);
    case 'object':
      recordObject(fleet, subject, payload, sequence);
      // Images fulfil no reservation.
      return subject.kind === 'image' ? undefined : spendFulfilled(parts, subject.key);
    case 'batch':
      recordBatch(fleet, subject.key, { payload, sequence });
      return spendFulfilled(parts, subject.key);
    default:
      return undefined;
  }
}

function erased(parts: LedgerParts, subject: RecordSubject, sequence: number): void {
  const { fleet, holds, replacements, tell } = parts;
  switch (subject.type) {
    case 'member':
      fleet.members.delete(subject.key);
      return tell({ type: 'engine-changed', key: subject.key });
    case 'node':
      fleet.nodes.delete(subject.key);
      fleet.engine(subject.key)?.setNode(undefined);
      return tell({ type: 'engine-changed', key: subject.key });
    case 'engine':
      fleet.engine(subject.key)?.forgetRecord();
      return tell({ type: 'engine-changed', key: subject.key });
    case 'lease':
      return setOwned(parts, subject.key, false);
    case 'reservation':
      return holds.erased(subject.operation, sequence);
    case 'replacement':
      return replacements.erased(subject.container, sequence);
    case 'object':
      return eraseObject(fleet, subject);
    // Records of a batch go, if they do, by deletions of their own.
    default:
      return undefined;
  }
}

/** Renewals come every second; only a change is news. */
function setOwned({ fleet, tell }: LedgerParts, key: string, isOwned: boolean): void {
  if (fleet.load(key).setOwned(isOwned)) tell({ type: 'engine-changed', key });
}

/** Reservations of one engine are few: those in flight there. */
function spendFulfilled({ fleet, holds, tell }: LedgerParts, key: string): void {
  for (const record of fleet.load(key).holds()) {
    if (!fleet.fulfils(record)) continue;
    holds.spend(record.operation);
    tell({ type: 'reservation-spent', operation: record.operation });
  }
}
