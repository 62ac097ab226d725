import { BaleenError, decodeRecord, OrderKeyRecord, orderKeyBytes, orderKeyText, subjects } from '#contracts';
import type { Randomness } from '#service-shell';
import type { ClusterLog } from '../log.ts';
import type { OrderKeyRing, OrderKeys } from './order-keys.ts';

/** Each lost log may leave one behind that containers were still sealed with. */
const rememberedMax = 8;
/** Whoever was first is read at the second try. */
const triesMax = 3;

/**
 * The key as a record of the log, made by whoever first needs it. Agents cannot read it (`doorRights`); on a NATS that asks nobody who he is, whoever
 * reaches it can, who commands all engines there anyway. A log that was lost gets back what this process remembers.
 */
export class KeysInLog implements OrderKeys {
  readonly #log: ClusterLog;
  readonly #randomness: Randomness;
  /** The newest first. */
  #remembered: readonly string[] = [];

  constructor(log: ClusterLog, randomness: Randomness) {
    this.#log = log;
    this.#randomness = randomness;
  }

  async ring(): Promise<OrderKeyRing> {
    for (let attempt = 1; ; attempt += 1) {
      const entry = await this.#log.get(subjects.orderKey());
      const kept = entry?.payload && keyIn(entry.payload);
      if (kept !== undefined) return this.#remember(kept);
      const key = this.#remembered[0] ?? this.#randomness.hex(orderKeyBytes);
      try {
        const record: OrderKeyRecord = { key };
        const payload = Buffer.from(JSON.stringify(record));
        await this.#log.append(subjects.orderKey(), payload, { expectedSequence: entry?.sequence ?? 0 });
        return this.#remember(key);
      } catch (error) {
        const isFirstTaken = error instanceof BaleenError && error.code === 'cluster/claim-taken';
        if (!isFirstTaken || attempt === triesMax) throw error;
      }
    }
  }

  #remember(key: string): OrderKeyRing {
    const others = this.#remembered.filter((other) => other !== key).slice(0, rememberedMax - 1);
    this.#remembered = [key, ...others];
    return [Buffer.from(key, 'hex'), ...others.map((other) => Buffer.from(other, 'hex'))];
  }
}

/** Nobody but gateways and schedulers writes it: anything else there is a defect. */
function keyIn(payload: Uint8Array): string {
  const { key } = decodeRecord(OrderKeyRecord, payload);
  return orderKeyText.parse(key);
}
