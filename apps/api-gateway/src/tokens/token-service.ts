import type { ClusterLog, LogEntry, LogFollower } from '#cluster-log';
import { BaleenError, decodeRecord, encodeRecord, parseRecordSubject, RosterRecord, subjects, TokenRecord } from '#contracts';
import { parseEngineAddress } from '#docker-api';
import type { Clock, Logger, Randomness } from '#service-shell';

export type TokenServiceOptions = {
  readonly log: ClusterLog;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly logger: Logger;
};

/** Far more fleets than one admin port serves; an open port must not fill the log. */
const tokensMax = 1_000;
/** As many engines as one fleet is built for. */
const engineRegistrationsMax = 10_000;
const tokenBytes = 16;
const dayMs = 86_400_000;
/** A token that nobody uses for this long is gone. */
const tokenTtlMs = 30 * dayMs;
/** Each registration would renew the token; once a day is enough for a TTL of a month. */
const tokenRenewalMs = dayMs;
/** A registration is renewed by its agent; one that lasts longer than this is no registration. */
const registrationTtlMaxMs = 7 * dayMs;
/** How long the own view may lag behind the own writes. */
const viewTimeoutMs = 2_000;

/**
 * The token service (spec 2.7) that classic's users had at the hub: tokens, and the engines registered with each, as records with a
 * TTL in the log, so that every gateway knows them. Rejects with request/not-found for a token that nobody made.
 */
export class TokenService {
  readonly #options: TokenServiceOptions;
  readonly #follower: LogFollower;
  readonly #tokens = new Map<string, TokenRecord>();
  /** Of each token, by address. */
  readonly #rosters = new Map<string, Map<string, RosterRecord>>();

  constructor(options: TokenServiceOptions) {
    this.#options = options;
    this.#follower = options.log.follow([subjects.token('*'), 'roster.*.*'], {
      onEntry: (entry) => this.#remember(entry),
      onReset: () => {
        this.#tokens.clear();
        this.#rosters.clear();
      },
    });
  }

  /** A new token: 32 hex digits. Rejects with discovery/limit. */
  async create(): Promise<string> {
    await this.#follower.caughtUp;
    if (this.#tokens.size >= tokensMax) {
      throw new BaleenError('discovery/limit', `there are ${tokensMax} tokens already: unused ones expire after 30 days`);
    }
    const token = this.#options.randomness.hex(tokenBytes);
    const nowMs = this.#options.clock.nowMs();
    await this.#writeToken(token, { createdAtMs: nowMs, renewedAtMs: nowMs });
    return token;
  }

  /** Addresses registered with the token, sorted. */
  async entries(token: string): Promise<string[]> {
    await this.#known(token);
    return [...(this.#rosters.get(token)?.values() ?? [])].map(({ address }) => address).toSorted();
  }

  /** Registers an address for a time. Rejects with request/invalid, discovery/limit. */
  async register(token: string, address: string, ttlMs: number): Promise<void> {
    const record = await this.#known(token);
    if (!(ttlMs >= 1_000 && ttlMs <= registrationTtlMaxMs)) {
      throw new BaleenError('request/invalid', `ttl must be a number of seconds from 1 to ${registrationTtlMaxMs / 1_000}`);
    }
    checkAddress(address);
    const roster = this.#rosters.get(token);
    if ((roster?.size ?? 0) >= engineRegistrationsMax && roster?.has(address) !== true) {
      throw new BaleenError('discovery/limit', `${engineRegistrationsMax} engines are registered with this token already`);
    }
    const payload = encodeRecord({ address } satisfies RosterRecord);
    await this.#seen(await this.#options.log.append(subjects.roster(token, address), payload, { ttlMs }));
    const nowMs = this.#options.clock.nowMs();
    if (nowMs - record.renewedAtMs > tokenRenewalMs) await this.#writeToken(token, { ...record, renewedAtMs: nowMs });
  }

  /** Takes an address off the list at once; nothing happens when it is not on it. */
  async deregister(token: string, address: string): Promise<void> {
    await this.#known(token);
    if (this.#rosters.get(token)?.has(address) !== true) return;
    await this.#seen(await this.#options.log.delete(subjects.roster(token, address)));
  }

  stop(): void {
    this.#follower.stop();
  }

  /** Another gateway may have made it a moment ago: the log itself is asked before a token counts as unknown. */
  async #known(token: string): Promise<TokenRecord> {
    await this.#follower.caughtUp;
    const known = this.#tokens.get(token);
    if (known !== undefined) return known;
    const payload = /^[0-9a-f]{32}$/.test(token) ? (await this.#options.log.get(subjects.token(token)))?.payload : undefined;
    if (payload === undefined) throw new BaleenError('request/not-found', 'no such token: make one with baleen create');
    return decodeRecord(TokenRecord, payload);
  }

  async #writeToken(token: string, record: TokenRecord): Promise<void> {
    const payload = encodeRecord(record);
    await this.#seen(await this.#options.log.append(subjects.token(token), payload, { ttlMs: tokenTtlMs }));
  }

  #seen(sequence: number): Promise<void> {
    return this.#follower.reached(sequence, viewTimeoutMs);
  }

  #remember(entry: LogEntry): void {
    const subject = parseRecordSubject(entry.subject);
    try {
      if (subject?.type === 'token') this.#rememberToken(subject.clusterToken, entry.payload);
      if (subject?.type === 'roster') this.#rememberEngine(subject.clusterToken, subject.address, entry.payload);
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'a record of the token service breaks the contract');
    }
  }

  #rememberToken(token: string, payload: Uint8Array | undefined): void {
    if (payload === undefined) this.#tokens.delete(token);
    else this.#tokens.set(token, decodeRecord(TokenRecord, payload));
  }

  #rememberEngine(token: string, address: string, payload: Uint8Array | undefined): void {
    const roster = this.#rosters.get(token) ?? new Map<string, RosterRecord>();
    if (payload === undefined) roster.delete(address);
    else roster.set(address, decodeRecord(RosterRecord, payload));
    if (roster.size === 0) this.#rosters.delete(token);
    else this.#rosters.set(token, roster);
  }
}

function checkAddress(address: string): void {
  try {
    parseEngineAddress(address);
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    throw new BaleenError('request/invalid', error.message, { cause: error });
  }
}
