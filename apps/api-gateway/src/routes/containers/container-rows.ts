import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import type { FleetContainer, ShownRow } from '../../fleet-view/roll/fleet-container.ts';
import type { RollBlock } from '../../fleet-view/roll/roll-block.ts';
import { type CutRow, cutRow, type RowRules, statusMember } from './container-row.ts';

const comma = Buffer.from(',');

/** Rows of the container list, made from the daemons' own bytes and kept with the block they are sent in until something in it changes. */
export class ContainerRows {
  readonly #rules: RowRules;

  constructor(rules: RowRules) {
    this.#rules = rules;
  }

  /** The rows of the block joined by commas, right as of `nowMs`. */
  block(view: FleetView, block: RollBlock, nowMs: number): Buffer {
    if (block.rows !== undefined && nowMs < block.rowsUntilMs) return block.rows;
    const writer = new RowsWriter();
    for (const container of block.containers) {
      const { face } = engineOf(view, container);
      const { shown } = container;
      if (shown?.face === face && nowMs < shown.untilMs) writer.keep(container, shown);
      else writer.put(container, face, cutRow(container, face, this.#rules), statusMember(container, face, nowMs));
    }
    block.rows = writer.finish();
    block.rowsUntilMs = writer.untilMs;
    return block.rows;
  }

  /** Of a block whose rows are right, the one of the container at this place. */
  part(block: RollBlock, first: number, last: number): Buffer {
    const start = block.containers[first]?.shown?.start ?? 0;
    const end = block.containers[last]?.shown?.end ?? 0;
    return block.rows?.subarray(start, end) ?? Buffer.alloc(0);
  }

  /** One row by itself; `extra` are members to add, as JSON without braces. */
  row(view: FleetView, container: FleetContainer, nowMs: number, extra = ''): readonly Buffer[] {
    const { face } = engineOf(view, container);
    const { before, after } = cutRow(container, face, this.#rules);
    const { text } = statusMember(container, face, nowMs);
    return [...before, Buffer.from(extra === '' ? text : `${text},${extra}`), ...after];
  }
}

function engineOf(view: FleetView, container: FleetContainer): FleetEngine {
  const engine = view.engine(container.engine);
  if (engine === undefined) throw new Error(`container ${container.facts.id} is shown on an engine that is not known`);
  return engine;
}

type Placed = { readonly container: FleetContainer; readonly row: Omit<ShownRow, 'bytes'> };

/** Puts rows behind one another into new memory; rows that stood behind one another before are copied at once. */
class RowsWriter {
  untilMs = Number.POSITIVE_INFINITY;
  readonly #pieces: Buffer[] = [];
  readonly #placed: Placed[] = [];
  #length = 0;
  /** The run of kept rows under way. */
  #run: { readonly bytes: Buffer; readonly start: number; end: number } | undefined;

  keep(container: FleetContainer, shown: ShownRow): void {
    const { bytes, start, end, untilMs } = shown;
    this.#separate(bytes, start);
    const by = this.#length - start;
    this.#place(container, {
      ...shown,
      start: start + by,
      statusStart: shown.statusStart + by,
      statusEnd: shown.statusEnd + by,
      end: end + by,
    });
    this.#length += end - start;
    if (this.#run === undefined) this.#run = { bytes, start, end };
    else this.#run.end = end;
    this.untilMs = Math.min(this.untilMs, untilMs);
  }

  put(
    container: FleetContainer,
    face: ShownRow['face'],
    { before, after, ports }: CutRow,
    status: { text: string; untilMs: number },
  ) {
    this.#endRun();
    if (this.#placed.length > 0) this.#write(comma);
    const start = this.#length;
    for (const piece of before) this.#write(piece);
    const statusStart = this.#length;
    this.#write(Buffer.from(status.text));
    const statusEnd = this.#length;
    for (const piece of after) this.#write(piece);
    const { untilMs } = status;
    this.#place(container, { start, statusStart, statusEnd, end: this.#length, untilMs, face, ports });
    this.untilMs = Math.min(this.untilMs, untilMs);
  }

  finish(): Buffer {
    this.#endRun();
    const bytes = Buffer.allocUnsafeSlow(this.#length);
    let at = 0;
    for (const piece of this.#pieces) at += piece.copy(bytes, at);
    for (const { container, row } of this.#placed) container.showAs({ ...row, bytes });
    return bytes;
  }

  /** The comma before a kept row: the one before it where it stood, if that row is kept too. */
  #separate(bytes: Buffer, start: number): void {
    const isNext = this.#run?.bytes === bytes && this.#run.end + 1 === start;
    if (!isNext) this.#endRun();
    if (this.#placed.length === 0) return;
    if (isNext) this.#length += 1;
    else this.#write(comma);
  }

  #endRun(): void {
    if (this.#run === undefined) return;
    this.#pieces.push(this.#run.bytes.subarray(this.#run.start, this.#run.end));
    this.#run = undefined;
  }

  #write(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  #place(container: FleetContainer, row: Omit<ShownRow, 'bytes'>): void {
    this.#placed.push({ container, row });
  }
}
