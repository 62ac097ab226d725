import type { ClusterLog } from '#cluster-log';
import { AgentRecord, agentAddress, BaleenError, decodeRecord, subjects } from '#contracts';
import type { Clock } from '#service-shell';
import type { DiscoverySource, SourceObserver } from '../discovery-source.ts';

const agentPrefix = subjects.agent('');
/** After the log was made anew agents write their records again; one whose link is cut comes back within this. */
const returnMs = 60_000;

/** `nats://`: the engines whose agents registered themselves in the log (`baleen join --nats`). */
export function agentsSource(log: ClusterLog, clock: Clock): DiscoverySource {
  return { name: 'nats', start: (observer) => new AgentsFollowing(log, clock, observer) };
}

class AgentsFollowing {
  readonly #clock: Clock;
  readonly #observer: SourceObserver;
  readonly #follower: { stop(): void };
  readonly #agents = new Set<string>();
  /** Listed before the log was made anew, not back yet. */
  readonly #returning = new Set<string>();
  #caughtUp = false;
  #emitted: string | undefined;
  #cancelReturn: () => void = () => undefined;

  constructor(log: ClusterLog, clock: Clock, observer: SourceObserver) {
    this.#clock = clock;
    this.#observer = observer;
    this.#follower = log.follow([subjects.agent('*')], {
      onEntry: ({ subject, payload }) => this.#remember(subject.slice(agentPrefix.length), payload),
      onCaughtUp: () => {
        this.#caughtUp = true;
        this.#emit();
      },
      onReset: () => this.#expectAgain(),
    });
  }

  stop(): void {
    this.#cancelReturn();
    this.#follower.stop();
  }

  #remember(id: string, payload: Uint8Array | undefined): void {
    this.#returning.delete(id);
    if (payload === undefined) this.#agents.delete(id);
    else if (this.#isReadable(id, payload)) this.#agents.add(id);
    this.#emit();
  }

  #isReadable(id: string, payload: Uint8Array): boolean {
    try {
      decodeRecord(AgentRecord, payload);
      return true;
    } catch (error) {
      this.#observer.onError(
        new BaleenError('discovery/invalid', `the record of agent ${id} breaks the contract`, { cause: error }),
      );
      return false;
    }
  }

  #expectAgain(): void {
    for (const id of this.#agents) this.#returning.add(id);
    this.#agents.clear();
    this.#caughtUp = false;
    this.#cancelReturn();
    this.#cancelReturn = this.#clock.after(returnMs, () => {
      this.#returning.clear();
      this.#emit();
    });
  }

  #emit(): void {
    if (!this.#caughtUp) return;
    const addresses = [...this.#agents, ...this.#returning].toSorted().map(agentAddress);
    const list = addresses.join('\n');
    if (list === this.#emitted) return;
    this.#emitted = list;
    this.#observer.onList(addresses);
  }
}
