import { decodeFrame, encodeFrame } from './frame.ts';
import { type FlowInput, type FlowState, openingFlow, stepFlow } from './tunnel-flow.ts';

/** One end of a tunnel under test: what it was given to write, and what its reader got. */
export class FlowEnd {
  state: FlowState;
  /** Messages on their way to the other end. */
  readonly outbox: Buffer[] = [];
  readonly #unread: { bytes: Uint8Array; costBytes: number }[] = [];
  readonly #got: Uint8Array[] = [];
  written = Buffer.alloc(0);
  isWriting = false;
  gotEnd = false;
  broke: string | undefined;

  constructor(windowBytes: number) {
    this.state = openingFlow(windowBytes, 0);
  }

  get got(): Buffer {
    return Buffer.concat(this.#got);
  }

  get hasUnread(): boolean {
    return this.#unread.length > 0;
  }

  step(input: FlowInput): void {
    const { state, effects } = stepFlow(this.state, input);
    this.state = state;
    for (const effect of effects) {
      if (effect.type === 'send') this.outbox.push(Buffer.concat(encodeFrame(effect.frame, effect.sequence, effect.parts)));
      else if (effect.type === 'deliver') this.#unread.push(effect);
      else if (effect.type === 'deliver-end') this.gotEnd = true;
      else if (effect.type === 'accepted') this.isWriting = false;
      else if (effect.type === 'broke') this.broke = effect.reason;
    }
  }

  /** As a Duplex does: one write at a time, none after the end. */
  write(bytes: Buffer, atMs = 0): void {
    if (this.isWriting || this.state.ownEnd !== 'none' || bytes.length === 0) return;
    this.written = Buffer.concat([this.written, bytes]);
    this.isWriting = true;
    this.step({ type: 'write', parts: [bytes.subarray(0, 1), bytes.subarray(1)].filter((part) => part.length > 0), atMs });
  }

  end(atMs = 0): void {
    if (!this.isWriting && this.state.ownEnd === 'none') this.step({ type: 'end', atMs });
  }

  receive(message: Buffer, atMs = 0): void {
    const frame = decodeFrame(message);
    if (frame === undefined) throw new Error('no frame');
    this.step({ type: 'frame', frame, atMs });
  }

  read(): void {
    const next = this.#unread.shift();
    if (next === undefined) return;
    this.#got.push(next.bytes);
    this.step({ type: 'read', costBytes: next.costBytes, atMs: 0 });
  }
}

/** Two open ends. */
export function flowPair(windowBytes: number): [FlowEnd, FlowEnd] {
  const ends: [FlowEnd, FlowEnd] = [new FlowEnd(windowBytes), new FlowEnd(windowBytes)];
  for (const end of ends) end.step({ type: 'opened', creditBytes: windowBytes, atMs: 0 });
  return ends;
}

/** Delivers and reads until nothing moves any more. */
export function settlePair(ends: readonly [FlowEnd, FlowEnd]): void {
  const [left, right] = ends;
  while (left.outbox.length + right.outbox.length > 0 || left.hasUnread || right.hasUnread) {
    deliver(left, right);
    deliver(right, left);
    left.read();
    right.read();
  }
}

export function deliver(from: FlowEnd, to: FlowEnd): void {
  const message = from.outbox.shift();
  if (message !== undefined) to.receive(message);
}
