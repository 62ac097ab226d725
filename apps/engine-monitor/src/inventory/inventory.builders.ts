import { decodeObject, subjects } from '#contracts';
import { ManualClock } from '#testing';
import { Inventory } from './inventory.ts';
import { JsonDaemon } from './json-daemon.builders.ts';
import { RecordPublisher } from './record-publisher.ts';
import { WrittenLog } from './written-log.builders.ts';

/** An inventory of the engine e1, and what is around it. */
export class InventoryStage {
  readonly clock = new ManualClock();
  readonly daemon = new JsonDaemon();
  readonly log = new WrittenLog();
  /** What was told of as odd. */
  readonly odd: string[] = [];
  inspectionsLeft = Number.POSITIVE_INFINITY;
  /** What the budget was told of the rest before each reading. */
  readonly restsMs: (number | undefined)[] = [];

  /** One that knows nothing yet. */
  inventory(): Inventory {
    const { clock, daemon, log, odd } = this;
    return new Inventory({
      engine: 'e1',
      epoch: 1,
      records: new RecordPublisher(log.writer),
      reader: () => daemon,
      clock,
      inspections: {
        take: (wanted, restMs) => {
          this.restsMs.push(restMs);
          return Math.min(wanted, this.inspectionsLeft);
        },
      },
      engineNowMs: () => clock.nowMs(),
      onOdd: (kind, id, reason) => odd.push(`${kind} ${id}: ${reason}`),
      readAtMs: undefined,
    });
  }

  /** What the log says of a container. */
  factsOf(id: string) {
    const payload = this.log.records.get(subjects.container('e1', id));
    return payload && decodeObject('container', payload).facts;
  }
}
