import { type ClusterLog, type LogEntry, MemoryLogModel, openMemoryLog } from '#cluster-log';
import { decodeObject, encodeObject, subjects } from '#contracts';
import { ManualClock, singleRecords } from '#testing';
import type { RecordWriter } from './record-publisher.ts';
import { standingRecords } from './standing-records.ts';

/** A log in memory with the records of the engine `e1`, and a writer to it that can fail. */
export class WrittenLog {
  readonly clock = new ManualClock();
  readonly model = new MemoryLogModel({ clock: this.clock });
  readonly log: ClusterLog = openMemoryLog(this.model);
  /** What a follower was told. */
  readonly told: LogEntry[] = [];
  /** What whoever follows has. */
  readonly records = new Map<string, Uint8Array>();
  /** Asked before each write; a reason to fail. */
  refusal: (subject: string) => Error | undefined = () => undefined;

  constructor() {
    this.log.follow(['engine.>', 'batch.>'], { onEntry: (entry) => this.#apply(entry) });
  }

  readonly writer: RecordWriter = {
    append: async (subject, payload) => this.#send(subject, () => this.log.append(subject, payload)),
    delete: async (subject, isLasting) => this.#send(subject, () => this.log.delete(subject, { isLasting })),
    makeRoom: async (subject) => this.#send(subject, () => this.log.makeRoom(subject)),
    standing: () => standingRecords(this.log, 'e1'),
    batch: (part) => subjects.batch('e1', part),
  };

  /** `subject=list entry` of each record told so far, `subject deleted` where it ended. */
  get lines(): string[] {
    return this.told
      .flatMap(singleRecords)
      .map(({ subject, payload }) => (payload ? `${subject}=${entryIn(payload)}` : `${subject} deleted`));
  }

  /** What a follower that starts now has. */
  async afresh(): Promise<Map<string, Uint8Array>> {
    const { objects } = await standingRecords(this.log, 'e1');
    return new Map([...objects].flatMap(([subject, { record }]) => (record ? [[subject, encodeObject(record)]] : [])));
  }

  #send(subject: string, write: () => Promise<number>): Promise<number> {
    const refused = this.refusal(subject);
    return refused === undefined ? write() : Promise.reject(refused);
  }

  #apply(entry: LogEntry): void {
    this.told.push(entry);
    for (const { subject, payload } of singleRecords(entry)) {
      if (payload === undefined) this.records.delete(subject);
      else this.records.set(subject, payload);
    }
  }
}

/** The list entry in an object's record, as text. */
export function entryIn(payload: Uint8Array): string {
  return decodeObject('container', payload).summary.toString();
}
