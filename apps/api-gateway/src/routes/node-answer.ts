import { BaleenError, type EngineAnswer } from '#contracts';
import { refusalText } from '../daemons/daemons.ts';
import type { Exchange } from '../http/exchange.ts';
import { respondAnswer } from './engine-answer.ts';

/** What one of several engines answered; `node` is its name. */
export type NodeAnswer = { readonly node: string; readonly answer: EngineAnswer };

/** A failure to reach an engine as if the engine had answered it: one must not hide what the others did. Throws defects on. */
export function failureAnswer(error: unknown): EngineAnswer {
  if (!(error instanceof BaleenError)) throw error;
  return { status: error.status, headers: {}, body: JSON.stringify({ message: error.message }) };
}

/** What all say alike is said as one engine says it; else the first one's status, with a line for each that names its node. */
export function respondRefusals(exchange: Exchange, refused: readonly NodeAnswer[]): void {
  const [first] = refused;
  if (first === undefined) throw new Error('a refusal needs an engine that refused');
  if (refused.every(({ answer }) => answer.body === first.answer.body)) return respondAnswer(exchange, first.answer);
  const message = refused.map(({ node, answer }) => `${node}: ${refusalText(answer.body)}`).join('\n');
  exchange.respond(first.answer.status, { message });
}
