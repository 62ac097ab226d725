import { BaleenError } from '#contracts';
import type { Clock } from '#service-shell';
import { clientAddress } from '../http/client-address.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Match } from '../http/router.ts';
import type { AuditLine, AuditLog } from './audit-log.ts';
import type { Identity } from './identity-book.ts';
import { namedObject } from './named-objects.ts';

/** Texts of callers: enough to know them by. */
const textMax = 256;

/** Tells the audit of each decision; without a log of it nobody is told. */
export class DecisionAudit {
  readonly #log: AuditLog | undefined;
  readonly #clock: Clock;

  constructor(log: AuditLog | undefined, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  begin(exchange: Exchange, match: Match): Decision {
    return new Decision(this.#log, this.#clock, exchange, match);
  }
}

/** One request from the moment its route is known until it is over. */
export class Decision {
  readonly #log: AuditLog | undefined;
  readonly #clock: Clock;
  readonly #exchange: Exchange;
  readonly #match: Match;
  readonly #beganMs: number;
  #identity: Identity | undefined;
  #isAllowed = false;
  #isOver = false;

  constructor(log: AuditLog | undefined, clock: Clock, exchange: Exchange, match: Match) {
    this.#log = log;
    this.#clock = clock;
    this.#exchange = exchange;
    this.#match = match;
    this.#beganMs = clock.monotonicMs();
  }

  by(identity: Identity): void {
    this.#identity = identity;
  }

  /**
   * The route takes it from here. What may last as long as its client likes gets a line now: a crash must not leave it untold. Throws access/refused
   * where it was revoked since it came.
   */
  allowed(): void {
    if (this.#isOver)
      throw new BaleenError('access/refused', 'the policy has changed while this request was under way: ask again');
    this.#isAllowed = true;
    const { hijack, raw } = this.#match.route;
    if (hijack !== undefined || raw !== undefined) this.#write({ event: 'began', allowed: true });
  }

  done(): void {
    this.#write({ event: 'decided', allowed: true, status: this.#exchange.response.statusCode, ...this.#duration() });
  }

  /** Refused by the gate, or allowed and then failed; a defect says no more than that. */
  failed(error: unknown): void {
    const known = error instanceof BaleenError ? error : undefined;
    const status = known?.status ?? 500;
    const reason = shortened(known?.message ?? 'internal error in the gateway');
    this.#write({ event: 'decided', allowed: this.#isAllowed, reason, status, ...this.#duration() });
  }

  /** A policy that has come into force since no longer allows it, and it is cut off; how it ends says nothing more. */
  revoked(reason: string): void {
    this.#write({ event: 'revoked', allowed: false, reason: shortened(reason), ...this.#duration() });
    this.#isOver = true;
  }

  #duration(): Pick<AuditLine, 'durationMs'> {
    return { durationMs: Math.round(this.#clock.monotonicMs() - this.#beganMs) };
  }

  #write(outcome: Pick<AuditLine, 'event' | 'allowed'> & Partial<AuditLine>): void {
    if (this.#log === undefined || this.#isOver) return;
    const { request, id, noted, params } = this.#exchange;
    const { method, path, access } = this.#match.route;
    const named = namedObject(path);
    const reference = named === undefined ? undefined : params[named.param];
    this.#log.write({
      request: id,
      identity: this.#identity?.name ?? '',
      tenant: this.#identity?.tenant ?? '',
      from: clientAddress(request.socket),
      method,
      route: path,
      object: named === undefined || reference === undefined ? {} : { [named.kind]: shortened(reference) },
      needs: access.needs,
      ...noted,
      ...outcome,
    });
  }
}

function shortened(text: string): string {
  return text.length > textMax ? `${text.slice(0, textMax)}…` : text;
}
