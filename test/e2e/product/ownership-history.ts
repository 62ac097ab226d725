import { connectNats } from '#cluster-bus';
import { type LogEntry, openNatsLog } from '#cluster-log';
import { subjects } from '#contracts';
import { systemClock } from '#service-shell';

/** One engine came to another owner. Times are of `performance.now()`. */
export type Taking = { readonly engine: string; readonly holder: string; readonly epoch: number; readonly atMs: number };

const leasePrefix = subjects.lease('engine.');
const monitorPrefix = subjects.lease('monitor.');

/**
 * Follows a fleet's log and holds every write of an engine's records against the law of ownership: epochs of an engine only rise,
 * nobody writes under an epoch that was succeeded, and nobody takes an engine from a live monitor.
 */
export class OwnershipHistory {
  readonly takings: Taking[] = [];
  /** What broke the law; empty is what a test expects. */
  readonly faults: string[] = [];
  /** Writes that were judged. */
  judged = 0;
  readonly #current = new Map<string, Taking>();
  readonly #reported = new Map<string, number>();
  readonly #leased = new Set<string>();
  readonly #monitors = new Set<string>();
  #close: () => Promise<void> = () => Promise.resolve();

  static async follow(url: string, cluster = 'default'): Promise<OwnershipHistory> {
    const history = new OwnershipHistory();
    const connection = await connectNats({ url, name: 'history', clock: systemClock });
    const log = await openNatsLog({ connection, cluster, storage: 'memory', replicas: 1, clock: systemClock });
    log.follow([`${leasePrefix}*`, `${monitorPrefix}*`, 'engine.>'], { onEntry: (entry) => history.#judge(entry) });
    history.#close = async () => {
      await log.close();
      await connection.close();
    };
    return history;
  }

  close(): Promise<void> {
    return this.#close();
  }

  /** Monitors registered now. */
  get monitors(): string[] {
    return [...this.#monitors];
  }

  /** Engines by who holds them now and has reported under that lease. */
  owners(): ReadonlyMap<string, string> {
    const owned = [...this.#current].filter(([key, { epoch }]) => this.#leased.has(key) && this.#reported.get(key) === epoch);
    return new Map(owned.map(([key, { holder }]) => [key, holder]));
  }

  since(atMs: number): Taking[] {
    return this.takings.filter((taking) => taking.atMs >= atMs);
  }

  #judge(entry: LogEntry): void {
    const { subject } = entry;
    if (subject.startsWith(monitorPrefix)) return this.#registered(subject.slice(monitorPrefix.length), entry);
    if (subject.startsWith(leasePrefix)) return this.#lease(subject.slice(leasePrefix.length), entry);
    if (entry.payload !== undefined) this.#record(subject, entry.payload);
  }

  #registered(id: string, { payload }: LogEntry): void {
    if (payload === undefined) this.#monitors.delete(id);
    else this.#monitors.add(id);
  }

  #lease(engine: string, { payload, sequence }: LogEntry): void {
    if (payload === undefined) {
      this.#leased.delete(engine);
      return;
    }
    const { holder, term } = JSON.parse(Buffer.from(payload).toString()) as { holder: string; term?: number };
    const before = this.#current.get(engine);
    const epoch = term ?? sequence;
    this.judged += 1;
    if (before !== undefined && epoch < before.epoch)
      this.faults.push(`${engine}: ${holder} renewed epoch ${epoch} after ${before.holder} had ${before.epoch}`);
    const isTaken = before !== undefined && epoch > before.epoch && this.#leased.has(engine);
    if (isTaken && before.holder !== holder && this.#monitors.has(before.holder))
      this.faults.push(`${engine}: ${holder} took it from ${before.holder}, which lives`);
    this.#leased.add(engine);
    if (before?.epoch === epoch) return;
    const taking: Taking = { engine, holder, epoch, atMs: performance.now() };
    this.#current.set(engine, taking);
    this.takings.push(taking);
  }

  /** `engine.<key>.info` and the records of what an engine holds: each has its writer's epoch. */
  #record(subject: string, payload: Uint8Array): void {
    const [, engine = '', kind] = subject.split('.');
    const [head = ''] = Buffer.from(payload).toString().split('\n', 1);
    const { epoch } = JSON.parse(head) as { epoch: number };
    const current = this.#current.get(engine)?.epoch ?? 0;
    this.judged += 1;
    if (epoch < current) this.faults.push(`${subject} was written under epoch ${epoch}, after ${current} had begun`);
    if (kind === 'info') this.#reported.set(engine, epoch);
  }
}
