import type { Outcome } from '../e2e/clients/run.ts';
import type { WireAnswer } from './wire/wire-answer.ts';

/** What one step of a scenario got: an answer off the wire, what a command printed, or what a library returned. */
export type Step =
  | { readonly type: 'wire'; readonly request: string; readonly answer: WireAnswer }
  | { readonly type: 'command'; readonly request: string; readonly outcome: Outcome }
  | { readonly type: 'value'; readonly request: string; readonly value: unknown };

/** A scenario's steps at one host, in order. */
export type Transcript = { readonly scenario: string; readonly steps: readonly Step[] };
