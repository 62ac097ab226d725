import { type ErrorCode, errorCatalogue } from './error-catalogue.ts';

/** A failure with a catalogued code. It crosses process borders as `{code, message, details}` and reaches clients as Docker's `{message}`. */
export class BaleenError extends Error {
  readonly code: ErrorCode;
  /** Facts for programs: engine key, refusals, ids. Never credentials. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: { details?: Record<string, unknown>; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'BaleenError';
    this.code = code;
    this.details = options.details ?? {};
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }

  get retryable(): boolean {
    return errorCatalogue[this.code].retryable;
  }
}

/** The form in which a failure travels over NATS. */
export type WireError = { readonly code: ErrorCode; readonly message: string; readonly details?: Record<string, unknown> };

export function toWireError(error: BaleenError): WireError {
  return { code: error.code, message: error.message, details: { ...error.details } };
}

export function fromWireError(wire: WireError): BaleenError {
  const known = Object.hasOwn(errorCatalogue, wire.code);
  return new BaleenError(known ? wire.code : 'cluster/unavailable', wire.message, { details: wire.details ?? {} });
}
