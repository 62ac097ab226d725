import { type ObjectRecord, objectId, objectsPrefix, subjects } from '#contracts';
import type { EngineReader, ListedKind } from './engine-reader.ts';
import { OddRows, type WarnOfOdd } from './odd-rows.ts';
import type { KindReading, RecordPublisher } from './record-publisher.ts';

export type ListReadingParts = {
  readonly engine: string;
  readonly epoch: number;
  readonly records: Pick<RecordPublisher, 'stamp'>;
  /** The engine as it is connected now. */
  readonly reader: () => EngineReader;
  readonly onOdd: WarnOfOdd;
};

/** Makes records of networks, images and volumes from their lists. */
export class ListReading {
  readonly #parts: ListReadingParts;
  readonly #oddRows: OddRows;

  constructor(parts: ListReadingParts) {
    this.#parts = parts;
    this.#oddRows = new OddRows(parts.onOdd);
  }

  /** Rejects as `EngineReader.list`. */
  async read<K extends ListedKind>(kind: K): Promise<KindReading> {
    const { engine, epoch, records: publisher, reader } = this.#parts;
    const stamp = publisher.stamp();
    const rows = this.#oddRows.listing(kind);
    const listed = await reader().list(kind, rows.onOdd);
    const records = new Map<string, ObjectRecord>();
    const ids = listed.map(({ facts, summary }) => {
      const id = objectId(facts);
      records.set(subjects[kind](engine, id), { kind, epoch, facts, summary });
      return id;
    });
    rows.settle(ids);
    return { prefix: objectsPrefix(engine, kind), records, stamp };
  }
}
