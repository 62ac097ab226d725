import type { Lease } from '#cluster-log';
import { type MemberRecord, subjects } from '#contracts';
import type { EventFeed } from '../events/event-feed.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { RecordPublisher } from '../inventory/record-publisher.ts';
import { SharedRun } from '../inventory/shared-run.ts';
import { engineInfo } from './engine-info.ts';
import type { EngineActorState } from './engine-messages.ts';
import type { EngineSettings } from './engine-settings.ts';

export type InfoWriterParts = {
  readonly member: MemberRecord;
  readonly lease: Lease;
  readonly monitor: string;
  readonly settings: EngineSettings;
  readonly records: RecordPublisher;
  readonly inventory: Inventory;
  readonly feed: EventFeed;
  readonly state: () => EngineActorState;
};

/** Each run writes `engine.<key>.info` as things are then. */
export function infoWriter({
  member,
  lease,
  monitor,
  settings,
  records,
  inventory,
  feed,
  state,
}: InfoWriterParts): SharedRun<void> {
  const info = () => ({
    key: member.key,
    address: member.address,
    epoch: lease.term,
    monitor,
    failureLimit: settings.failureLimit,
    inventoryAtMs: inventory.readAtMs,
    eventsAtNs: feed.passedOnNs?.toString(),
  });
  return new SharedRun(() => {
    const payload = Buffer.from(JSON.stringify(engineInfo(info(), state())));
    return records.putBytes(subjects.engineInfo(member.key), payload, records.stamp());
  });
}
