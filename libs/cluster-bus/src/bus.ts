/**
 * Core NATS request/reply and publish/subscribe of Baleen: at most once, typed by the contracts, errors keep their code.
 * Two implementations pass one conformance suite (test/contract/cluster-bus): NATS, and an in-memory model for simulation.
 * Subjects are relative. Payloads are JSON values; schemas are applied by the callers' typed wrappers.
 */
export type RequestOptions = {
  /** How long the caller waits, ms; travels in a header as the receiver's deadline. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
};

/** Serves one request. A thrown BaleenError travels with its code; anything else is a defect, logged and answered as cluster/unavailable. */
export type RequestHandler = (
  payload: unknown,
  context: { readonly subject: string; readonly deadlineMs: number },
) => Promise<unknown>;

export interface ClusterBus {
  /** Rejects with cluster/unavailable (disconnected, timeout) or `noResponders` code engine/not-owned | leadership/not-leader by subject. Never sends while disconnected. */
  request(subject: string, payload: unknown, options: RequestOptions): Promise<unknown>;
  /** Serves a subject (wildcards allowed) until stopped; `stop` waits for handlers in flight (bounded by their deadlines). */
  serve(subject: string, handler: RequestHandler): Promise<{ stop(): Promise<void> }>;
  /** Sent at the end of the turn: until then a payload must stay as it is, while its parts are copied at once. Lost while disconnected. */
  publish(subject: string, payload: Uint8Array | readonly Uint8Array[]): void;
  /** Delivers each published message in order. */
  subscribe(subject: string, onMessage: (subject: string, payload: Uint8Array) => void): { stop(): void };
  /** 'connected' or 'disconnected', and changes. */
  readonly connected: boolean;
  onConnectionChange(listener: (connected: boolean) => void): { stop(): void };
  close(): Promise<void>;
}
