import { connectNats, credentialsRefusal, type NatsConnectOptions, shownNatsUrl } from '#cluster-bus';
import { BaleenError } from '#contracts';
import { type Clock, ConfigError, type Logger, type Randomness, sleep } from '#service-shell';
import { refusedToken, type ShownToken } from './refused-token.ts';

export type FleetConnection = Awaited<ReturnType<typeof connectNats>>;

export type FleetDiallerParts = {
  readonly access: Pick<NatsConnectOptions, 'url' | 'credentialsFile' | 'caFile' | 'inboxName'>;
  readonly token: ShownToken;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly logger: Logger;
};

/** Between attempts at the first connection: doubling, so that an agent whose fleet is gone costs nothing. */
const restMinMs = 100;
const restMaxMs = 5_000;
/** A server that is busy may refuse once because the handshake took too long. */
const refusalsMax = 2;
const refusedRestMs = 1_000;
/** Longer than between two attempts: a refusal after so long without any is news. */
const refusedQuietMs = 15_000;

/** Dials the fleet's NATS for an agent, for as long as it takes, and says once what keeps it away. */
export class FleetDialler {
  readonly #parts: FleetDiallerParts;
  /** Since a connection stood. */
  #said = '';
  #refusedAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: FleetDiallerParts) {
    this.#parts = parts;
  }

  /** The connection of an agent that starts; `undefined` = no NATS answers yet. Throws ConfigError when it refuses the agent's token. */
  async atStart(name: string): Promise<FleetConnection | undefined> {
    for (let refusals = 1; ; refusals += 1) {
      try {
        return await this.#connect(name, false);
      } catch (error) {
        const refused = this.#refused(error);
        if (refused === undefined) return this.#wait(error);
        if (refusals === refusalsMax) throw new ConfigError([refused]);
      }
      await sleep(this.#parts.clock, refusedRestMs);
    }
  }

  /** Resolves once a connection stands; it comes back by itself when it breaks. `isBulk`: for tunnels. */
  async dial(name: string, isBulk = false): Promise<FleetConnection> {
    const { clock, randomness } = this.#parts;
    for (let restMs = restMinMs; ; restMs = Math.min(restMaxMs, 2 * restMs)) {
      try {
        return await this.#connect(name, isBulk);
      } catch (error) {
        this.#wait(error);
      }
      await sleep(clock, restMs * (1 + randomness.fraction()));
    }
  }

  async #connect(name: string, isBulk: boolean): Promise<FleetConnection> {
    const { access, clock } = this.#parts;
    // One attempt; and without a logger, since it is here that failures are put into words.
    const connection = await connectNats({ ...access, name, isBulk, clock, firstConnectMs: 0 });
    this.#said = '';
    void this.#watch(connection);
    return connection;
  }

  async #watch(connection: FleetConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'reconnect') this.#said = '';
      if (status.type !== 'error') continue;
      const refused = this.#refused(status.error);
      if (refused === undefined) this.#say('error', `the fleet’s NATS complains: ${status.error.message}`);
      else this.#sayRefused(`${refused}. This agent tries on and needs no restart; containers run on`);
    }
  }

  #refused(error: unknown): string | undefined {
    const { token, clock } = this.#parts;
    const refusal = credentialsRefusal(error);
    return refusal && refusedToken(token, refusal, clock.nowMs());
  }

  #wait(error: unknown): undefined {
    if (!(error instanceof BaleenError) || !error.retryable) throw error;
    const refused = this.#refused(error);
    if (refused === undefined) this.#say('warn', `waiting for the fleet: ${error.message}`);
    else this.#sayRefused(`${refused}. This agent tries on and needs no restart`);
  }

  /** Every attempt is refused, and a server may let in once more in the second in which a token ends. */
  #sayRefused(text: string): void {
    const nowMs = this.#parts.clock.monotonicMs();
    const isNews = nowMs - this.#refusedAtMs > refusedQuietMs;
    this.#refusedAtMs = nowMs;
    if (isNews) this.#say('error', text);
  }

  #say(level: 'warn' | 'error', text: string): void {
    if (text === this.#said) return;
    this.#said = text;
    this.#parts.logger[level]({ nats: shownNatsUrl(this.#parts.access.url) }, text);
  }
}
