import { creditOf, creditPayload, type Frame, type FrameType } from './frame.ts';
import { chunkMaxBytes, frameCostBytes, pingIdleMs, silenceMaxMs } from './limits.ts';

/** One end of a tunnel, without I/O. Both ends are alike once the tunnel is open. */
export type FlowState = {
  /** opening: nothing may be sent yet. over: nothing is sent or taken any more. */
  readonly phase: 'opening' | 'open' | 'over';
  /** Sequence of the last frame sent, and of the last one taken. */
  readonly sent: number;
  readonly taken: number;
  /** What the other side still allows. */
  readonly creditBytes: number;
  /** What was written and waits for credit. Bounded by the writer: it gives the next chunk once this one is accepted. */
  readonly waiting: readonly Uint8Array[];
  /** What this side allows in all, what of it is under way or unread, and what was read but not yet given back. */
  readonly windowBytes: number;
  readonly unreadBytes: number;
  readonly returnableBytes: number;
  readonly ownEnd: 'none' | 'wanted' | 'sent';
  readonly otherEnded: boolean;
  readonly sentAtMs: number;
  readonly heardAtMs: number;
};

/** Times are monotonic ms. */
export type FlowInput =
  | { readonly type: 'opened'; readonly creditBytes: number; readonly atMs: number }
  | { readonly type: 'write'; readonly parts: readonly Uint8Array[]; readonly atMs: number }
  | { readonly type: 'end'; readonly atMs: number }
  /** The reader took what one or more deliveries cost. */
  | { readonly type: 'read'; readonly costBytes: number; readonly atMs: number }
  | { readonly type: 'frame'; readonly frame: Frame; readonly atMs: number }
  | { readonly type: 'look'; readonly atMs: number }
  /** This side gives the tunnel up. */
  | { readonly type: 'abort'; readonly reason: string };

/** In the order given; frames to send always come first, so that what a later effect causes is sent after them. */
export type FlowEffect =
  | { readonly type: 'send'; readonly frame: FrameType; readonly sequence: number; readonly parts: readonly Uint8Array[] }
  /** `costBytes` is owed to the sender: give it back with `read`. */
  | { readonly type: 'deliver'; readonly bytes: Uint8Array; readonly costBytes: number }
  | { readonly type: 'deliver-end' }
  /** All that was written has been sent. */
  | { readonly type: 'accepted' }
  | { readonly type: 'end-sent' }
  /** The other side reads no more and had ended before: what came until then is whole. */
  | { readonly type: 'other-gone' }
  | { readonly type: 'broke'; readonly reason: string };

export type FlowTurn = { readonly state: FlowState; readonly effects: readonly FlowEffect[] };

/** `windowBytes` is what this side grants the other. */
export function openingFlow(windowBytes: number, atMs: number): FlowState {
  return {
    phase: 'opening',
    sent: 0,
    taken: 0,
    creditBytes: 0,
    waiting: [],
    windowBytes,
    unreadBytes: 0,
    returnableBytes: 0,
    ownEnd: 'none',
    otherEnded: false,
    sentAtMs: atMs,
    heardAtMs: atMs,
  };
}

export function stepFlow(state: FlowState, input: FlowInput): FlowTurn {
  if (state.phase === 'over') return unchanged(state);
  switch (input.type) {
    case 'opened':
      return flush({ ...state, phase: 'open', creditBytes: input.creditBytes, sentAtMs: input.atMs, heardAtMs: input.atMs });
    case 'write':
      return flush({ ...state, waiting: input.parts }, input.atMs);
    case 'end':
      return flush({ ...state, ownEnd: 'wanted' }, input.atMs);
    case 'read':
      return giveBack(state, input.costBytes, input.atMs);
    case 'frame':
      return take(state, input.frame, input.atMs);
    case 'look':
      return look(state, input.atMs);
    case 'abort':
      // Not open yet: the answer to the request tells the other side.
      return state.phase === 'opening' || isComplete(state) ? over(state, []) : over(state, [reset(state, input.reason)]);
  }
}

/** Sends of what waits as much as the credit allows, then the end if it is wanted. */
function flush(state: FlowState, atMs: number = state.sentAtMs): FlowTurn {
  if (state.phase !== 'open') return unchanged(state);
  const effects: FlowEffect[] = [];
  const hadWaiting = state.waiting.length > 0;
  let { sent, creditBytes, waiting, ownEnd } = state;
  while (waiting.length > 0 && creditBytes > frameCostBytes) {
    const { head, rest, length } = cut(waiting, Math.min(chunkMaxBytes, creditBytes - frameCostBytes));
    sent += 1;
    creditBytes -= length + frameCostBytes;
    waiting = rest;
    effects.push({ type: 'send', frame: 'data', sequence: sent, parts: head });
  }
  const isFlushed = waiting.length === 0;
  if (isFlushed && ownEnd === 'wanted') {
    sent += 1;
    ownEnd = 'sent';
    effects.push({ type: 'send', frame: 'end', sequence: sent, parts: [] });
  }
  const sentAtMs = sent === state.sent ? state.sentAtMs : atMs;
  if (hadWaiting && isFlushed) effects.push({ type: 'accepted' });
  if (ownEnd !== state.ownEnd) effects.push({ type: 'end-sent' });
  return { state: { ...state, sent, creditBytes, waiting, ownEnd, sentAtMs }, effects };
}

/** Credit goes back in quarters of the window: seldom enough to cost nothing, often enough that the sender never waits for the rest. */
function giveBack(state: FlowState, costBytes: number, atMs: number): FlowTurn {
  const unreadBytes = state.unreadBytes - costBytes;
  const returnableBytes = state.returnableBytes + costBytes;
  if (returnableBytes < state.windowBytes / 4 || state.otherEnded) {
    return { state: { ...state, unreadBytes, returnableBytes }, effects: [] };
  }
  const sequence = state.sent + 1;
  return {
    state: { ...state, unreadBytes, returnableBytes: 0, sent: sequence, sentAtMs: atMs },
    effects: [{ type: 'send', frame: 'credit', sequence, parts: [creditPayload(returnableBytes)] }],
  };
}

function take(state: FlowState, frame: Frame, atMs: number): FlowTurn {
  // Whoever gives up may have lost count.
  if (frame.type === 'reset') return resetByOther(state, new TextDecoder().decode(frame.payload));
  if (frame.sequence !== state.taken + 1) return broken(state, 'NATS lost a message of it');
  const heard = { ...state, taken: frame.sequence, heardAtMs: atMs };
  switch (frame.type) {
    case 'data':
      return deliver(heard, frame.payload);
    case 'credit':
      return flush({ ...heard, creditBytes: heard.creditBytes + creditOf(frame.payload) }, atMs);
    case 'end':
      return { state: { ...heard, otherEnded: true }, effects: [{ type: 'deliver-end' }] };
    case 'ping':
      return unchanged(heard);
  }
}

function deliver(state: FlowState, bytes: Uint8Array): FlowTurn {
  const costBytes = bytes.length + frameCostBytes;
  const unreadBytes = state.unreadBytes + costBytes;
  if (state.otherEnded) return broken(state, 'the other side went on after its end');
  if (unreadBytes + state.returnableBytes > state.windowBytes) return broken(state, 'the other side sent more than it may');
  return { state: { ...state, unreadBytes }, effects: [{ type: 'deliver', bytes, costBytes }] };
}

function resetByOther(state: FlowState, reason: string): FlowTurn {
  return state.otherEnded ? over(state, [{ type: 'other-gone' }]) : over(state, [{ type: 'broke', reason }]);
}

function look(state: FlowState, atMs: number): FlowTurn {
  // Both have ended: nothing is awaited any more, however long the reader takes.
  if (state.phase !== 'open' || isComplete(state)) return unchanged(state);
  if (atMs - state.heardAtMs >= silenceMaxMs) return broken(state, `nothing was heard of it for ${silenceMaxMs / 1_000} s`);
  if (atMs - state.sentAtMs < pingIdleMs) return unchanged(state);
  const sequence = state.sent + 1;
  return {
    state: { ...state, sent: sequence, sentAtMs: atMs },
    effects: [{ type: 'send', frame: 'ping', sequence, parts: [] }],
  };
}

function isComplete({ ownEnd, otherEnded }: FlowState): boolean {
  return ownEnd === 'sent' && otherEnded;
}

function broken(state: FlowState, reason: string): FlowTurn {
  return over(state, [reset(state, reason), { type: 'broke', reason }]);
}

function over(state: FlowState, effects: readonly FlowEffect[]): FlowTurn {
  return { state: { ...state, phase: 'over', waiting: [] }, effects };
}

function reset(state: FlowState, reason: string): FlowEffect {
  return { type: 'send', frame: 'reset', sequence: state.sent + 1, parts: [new TextEncoder().encode(reason)] };
}

function unchanged(state: FlowState): FlowTurn {
  return { state, effects: [] };
}

/** The first `maxBytes` of the parts, without a copy, and what is left. */
function cut(parts: readonly Uint8Array[], maxBytes: number): { head: Uint8Array[]; rest: Uint8Array[]; length: number } {
  const head: Uint8Array[] = [];
  let length = 0;
  for (const [index, part] of parts.entries()) {
    const room = maxBytes - length;
    if (part.length > room) {
      if (room > 0) head.push(part.subarray(0, room));
      const rest = [part.subarray(room), ...parts.slice(index + 1)];
      return { head, rest, length: maxBytes };
    }
    head.push(part);
    length += part.length;
  }
  return { head, rest: [], length };
}
