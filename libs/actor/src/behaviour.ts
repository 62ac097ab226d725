/** What one turn leaves: the next state, and the work it asks for. */
export type Outcome<State, Effect> = { readonly state: State; readonly effects: readonly Effect[] };

/**
 * The pure core of an actor: no I/O, no clock, no randomness. A throw is a defect: the state is discarded and `initial` is asked again.
 */
export interface Behaviour<State, Message, Effect> {
  /** State and effects at the start, and after each restart. */
  initial(): Outcome<State, Effect>;
  receive(state: State, message: Message): Outcome<State, Effect>;
}

/** How often an actor may restart: more than `restarts` defects within `windowMs` stop it. */
export type RestartBudget = { readonly restarts: number; readonly windowMs: number };

/** What became of a message. `tell` never throws. */
export type TellResult = 'accepted' | 'mailbox-full' | 'stopped';
