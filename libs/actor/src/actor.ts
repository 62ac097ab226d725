import type { Behaviour, Outcome, RestartBudget, TellResult } from './behaviour.ts';

export type ActorOptions<Message, Effect> = {
  /** Messages waiting for their turn; beyond it `tell` answers 'mailbox-full'. */
  readonly mailboxMax: number;
  /** Does an effect's work; may tell the actor back, at any time. A throw or rejection is a defect, so expected failures must become messages. */
  readonly perform: (effect: Effect, self: ActorRef<Message>) => void | Promise<void>;
  /** Told of each defect, with the message or effect that caused it, before the restart. */
  readonly onDefect: (error: unknown, cause: { readonly message?: Message; readonly effect?: Effect }) => void;
  /** The budget is used up and the actor has stopped: the owner escalates. */
  readonly onGiveUp?: (error: unknown) => void;
  readonly clock: { monotonicMs(): number };
  readonly restartBudget: RestartBudget;
  /** When the mailbox is worked off; tests pass `(turns) => turns()`. Default: in a microtask, so that `tell` never runs a turn inside its caller. */
  readonly defer?: (turns: () => void) => void;
};

export interface ActorRef<Message> {
  tell(message: Message): TellResult;
}

export interface Actor<State, Message> extends ActorRef<Message> {
  /** For observers and tests; never to be changed. */
  readonly state: State;
  readonly stopped: boolean;
  /** Drops what waits and takes no more; effects under way run out, what they tell is answered 'stopped'. */
  stop(): void;
}

/** Starts an actor: one turn at a time, in the order of `tell`; effects of a turn are begun in order, before the next turn. */
export function spawn<State, Message, Effect>(
  behaviour: Behaviour<State, Message, Effect>,
  options: ActorOptions<Message, Effect>,
): Actor<State, Message> {
  return new MailboxActor(behaviour, options);
}

class MailboxActor<State, Message, Effect> implements Actor<State, Message> {
  readonly #behaviour: Behaviour<State, Message, Effect>;
  readonly #options: ActorOptions<Message, Effect>;
  readonly #defer: (turns: () => void) => void;
  #state: State;
  #mailbox: Message[] = [];
  #scheduled = false;
  #stopped = false;
  /** Counts incarnations, so that a late defect of an effect begun before a restart does not cost a second one. */
  #incarnation = 0;
  #defectsAtMs: number[] = [];

  constructor(behaviour: Behaviour<State, Message, Effect>, options: ActorOptions<Message, Effect>) {
    this.#behaviour = behaviour;
    this.#options = options;
    this.#defer = options.defer ?? queueMicrotask;
    const first = behaviour.initial();
    this.#state = first.state;
    this.#begin(first.effects);
  }

  get state(): State {
    return this.#state;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  tell(message: Message): TellResult {
    if (this.#stopped) return 'stopped';
    if (this.#mailbox.length >= this.#options.mailboxMax) return 'mailbox-full';
    this.#mailbox.push(message);
    this.#schedule();
    return 'accepted';
  }

  stop(): void {
    this.#stopped = true;
    this.#mailbox = [];
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#defer(() => {
      try {
        this.#work();
      } finally {
        this.#scheduled = false;
      }
    });
  }

  #work(): void {
    for (let message = this.#mailbox.shift(); message !== undefined; message = this.#mailbox.shift()) this.#turn(message);
  }

  #turn(message: Message): void {
    let outcome: Outcome<State, Effect>;
    try {
      outcome = this.#behaviour.receive(this.#state, message);
    } catch (error) {
      this.#defect(error, { message });
      return;
    }
    this.#state = outcome.state;
    this.#begin(outcome.effects);
  }

  #begin(effects: readonly Effect[]): void {
    const incarnation = this.#incarnation;
    for (const effect of effects) {
      // A defect of an earlier effect restarted the actor: the rest belongs to a state that is gone.
      if (this.#stopped || this.#incarnation !== incarnation) return;
      const failed = (error: unknown) => {
        if (this.#incarnation === incarnation) this.#defect(error, { effect });
      };
      try {
        this.#options.perform(effect, this)?.catch(failed);
      } catch (error) {
        failed(error);
      }
    }
  }

  #defect(error: unknown, cause: { readonly message?: Message; readonly effect?: Effect }): void {
    if (this.#stopped) return;
    this.#options.onDefect(error, cause);
    const nowMs = this.#options.clock.monotonicMs();
    const { restarts, windowMs } = this.#options.restartBudget;
    this.#defectsAtMs = [...this.#defectsAtMs.filter((atMs) => nowMs - atMs < windowMs), nowMs];
    if (this.#defectsAtMs.length > restarts) {
      this.stop();
      this.#options.onGiveUp?.(error);
      return;
    }
    this.#incarnation += 1;
    const fresh = this.#behaviour.initial();
    this.#state = fresh.state;
    this.#begin(fresh.effects);
  }
}
