import { BaleenError, type SchedulerReply, type SchedulerRequest, type SchedulerVerb } from '#contracts';

/** What a leader does for each command of `cmd.scheduler.*`. */
export type SchedulerHandlers = {
  readonly [V in SchedulerVerb]: (request: SchedulerRequest<V>) => Promise<SchedulerReply<V>>;
};

/** Where commands find the present leader's handlers; vacant while this process does not lead. */
export class SchedulerDesk {
  #handlers: SchedulerHandlers | undefined;

  take(handlers: SchedulerHandlers): void {
    this.#handlers = handlers;
  }

  leave(handlers: SchedulerHandlers): void {
    if (this.#handlers === handlers) this.#handlers = undefined;
  }

  /** Throws leadership/not-leader: a command that arrived while the subscription was being ended. */
  get handlers(): SchedulerHandlers {
    if (this.#handlers === undefined) throw new BaleenError('leadership/not-leader', 'this scheduler does not lead');
    return this.#handlers;
  }
}
