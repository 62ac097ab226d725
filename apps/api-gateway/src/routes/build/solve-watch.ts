import { type FrameHead, FrameScanner, frameFlag, frameType } from './frame-scanner.ts';
import { GrpcMessage } from './grpc-message.ts';
import { HeaderValueFinder } from './header-value-finder.ts';

/** The call of BuildKit's API that builds and puts the result into the engine's image store before it answers. */
const solvePath = '/moby.buildkit.v1.Control/Solve';
/** The same in HPACK's Huffman code (RFC 7541, appendix B). */
const solvePathCoded = Buffer.from('6293c7e978ed3512753257ee15ef1ea4d87a18dc7a3b97', 'hex');
/** `PRI * HTTP/2.0` and so on, before a client's first frame. */
const clientPrefaceBytes = 24;
/** A call of buildx has some 500 bytes of headers; engines take 1 MiB. */
const headerBlockMaxBytes = 1024 * 1024;
/** A solve of a Dockerfile has a few kilobytes; with inputs of other builds some hundred. Longer ones are not read, only awaited. */
const requestMaxBytes = 4 * 1024 * 1024;

/**
 * Follows a `/grpc` connection, whose bytes pass by unchanged, and knows when the answer to a solve ends. Should the connection be none
 * of HTTP/2 that can be followed, every call counts as a solve.
 */
export class SolveWatch {
  readonly #paths = new HeaderValueFinder([Buffer.from(solvePath), solvePathCoded]);
  readonly #client = new FrameScanner(
    clientPrefaceBytes,
    (head) => this.#keeps(head),
    (head, payload) => this.#onClientFrame(head, payload),
  );
  readonly #engine = new FrameScanner(
    0,
    () => false,
    (head) => this.#onEngineFrame(head),
  );
  /** Solves under way, by stream. */
  readonly #solves = new Map<number, GrpcMessage>();
  /** A block of headers that goes on in CONTINUATION frames. */
  #block: Buffer[] = [];
  #blockBytes = 0;
  #isLost = false;
  #hasEnded = false;
  readonly #onRequest: (request: Buffer) => void;

  /** `onRequest` gets the SolveRequest of each solve. */
  constructor(onRequest: (request: Buffer) => void) {
    this.#onRequest = onRequest;
  }

  clientSends(chunk: Buffer): void {
    if (!this.#isLost) this.#client.push(chunk);
  }

  /** True when these bytes say that a solve has ended: its image has to be known before they go on. */
  engineSends(chunk: Buffer): boolean {
    this.#hasEnded = false;
    this.#engine.push(chunk);
    return this.#hasEnded;
  }

  /** May a frame of our own follow what the engine has sent? */
  get isBetweenEngineFrames(): boolean {
    return this.#engine.isBetweenFrames;
  }

  #onClientFrame(head: FrameHead, payload: Buffer): void {
    if (head.type === frameType.resetStream) this.#solves.delete(head.stream);
    if (head.type === frameType.data) this.#onData(head, payload);
    if (!isOfHeaders(head)) return;
    this.#blockBytes += head.length;
    if (this.#blockBytes > headerBlockMaxBytes) return this.#loseTrack();
    this.#block.push(head.type === frameType.headers ? fragmentOf(head, payload) : payload);
    if ((head.flags & frameFlag.endHeaders) === 0) return;
    const block = Buffer.concat(this.#block);
    this.#block = [];
    this.#blockBytes = 0;
    this.#onBlock(head.stream, block);
  }

  #onData(head: FrameHead, payload: Buffer): void {
    const request = this.#solves.get(head.stream)?.add(fragmentOf(head, payload));
    if (request !== undefined) this.#onRequest(request);
  }

  #keeps(head: FrameHead): boolean {
    if (head.type === frameType.data) return this.#solves.has(head.stream) && head.length <= requestMaxBytes;
    return isOfHeaders(head) && head.length <= headerBlockMaxBytes;
  }

  #loseTrack(): void {
    this.#isLost = true;
    this.#block = [];
  }

  #onBlock(stream: number, block: Buffer): void {
    try {
      if (this.#paths.isIn(block)) this.#solves.set(stream, new GrpcMessage(requestMaxBytes));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#loseTrack();
    }
  }

  #onEngineFrame({ type, flags, stream }: FrameHead): void {
    const ends = type === frameType.resetStream || (type === frameType.headers && (flags & frameFlag.endStream) !== 0);
    if (ends && (this.#solves.delete(stream) || this.#isLost)) this.#hasEnded = true;
  }
}

function isOfHeaders({ type }: FrameHead): boolean {
  return type === frameType.headers || type === frameType.continuation;
}

/** The payload of DATA and HEADERS without padding and priority (RFC 9113, 6.1 and 6.2). */
function fragmentOf({ type, flags }: FrameHead, payload: Buffer): Buffer {
  const padding = hasPadding({ type, flags }) ? (payload[0] ?? 0) : 0;
  const hasPriority = type === frameType.headers && (flags & frameFlag.priority) !== 0;
  const start = (hasPadding({ type, flags }) ? 1 : 0) + (hasPriority ? 5 : 0);
  return payload.subarray(start, payload.length - padding);
}

function hasPadding({ type, flags }: Pick<FrameHead, 'type' | 'flags'>): boolean {
  return type !== frameType.continuation && (flags & frameFlag.padded) !== 0;
}
