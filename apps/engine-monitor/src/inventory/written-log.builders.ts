import { type ClusterLog, type LogEntry, MemoryLogModel, openMemoryLog } from '#cluster-log';
import { subjects } from '#contracts';
import { ManualClock } from '#testing';
import type { RecordWriter } from './record-publisher.ts';
import { standingRecords } from './standing-records.ts';

/** A log in memory with the records of the engine `e1`, and a writer to it that can fail. */
export class WrittenLog {
  readonly clock = new ManualClock();
  readonly model = new MemoryLogModel({ clock: this.clock });
  readonly log: ClusterLog = openMemoryLog(this.model);
  /** What a follower was told, batches unpacked. */
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

  /** `subject=payload` of each entry told so far, `subject deleted` where it ended. */
  get lines(): string[] {
    const ofRecords = this.told.filter(({ subject }) => !subject.startsWith('batch.'));
    return ofRecords.map(({ subject, payload }) => (payload ? `${subject}=${Buffer.from(payload)}` : `${subject} deleted`));
  }

  /** What a follower that starts now has. */
  async afresh(): Promise<Map<string, Uint8Array>> {
    const { objects } = await standingRecords(this.log, 'e1');
    return new Map([...objects].map(([subject, { payload = new Uint8Array() }]) => [subject, payload]));
  }

  #send(subject: string, write: () => Promise<number>): Promise<number> {
    const refused = this.refusal(subject);
    return refused === undefined ? write() : Promise.reject(refused);
  }

  #apply(entry: LogEntry): void {
    const { subject, payload } = entry;
    this.told.push(entry);
    if (subject.startsWith('batch.')) return;
    if (payload === undefined) this.records.delete(subject);
    else this.records.set(subject, payload);
  }
}
