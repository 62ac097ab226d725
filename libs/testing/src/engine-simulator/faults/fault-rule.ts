/** What an engine does instead of answering at once and well. */
export type Fault =
  /** Answers later, by a time between the two; equal ones = fixed. */
  | { readonly kind: 'latency'; readonly minMs: number; readonly maxMs: number }
  /** Answers with this status and a daemon's error body. */
  | { readonly kind: 'error'; readonly status: number; readonly message: string }
  /** Takes the request and never answers. */
  | { readonly kind: 'stall' }
  /** Breaks the connection. */
  | { readonly kind: 'reset' };

export type FaultRule = Fault & {
  /** `GET /containers/{id}/json`; absent = every route. */
  readonly route?: string;
  /** Part of the requests it meets, 0 to 1; default 1. */
  readonly share?: number;
  /** It is over after having met so many; default = it stays until healed. */
  readonly times?: number;
};

/** What becomes of one request. */
export type Verdict = {
  readonly delayMs: number;
  /** The fault that ends it, if one does. */
  readonly end?: Exclude<Fault, { kind: 'latency' }>;
};
