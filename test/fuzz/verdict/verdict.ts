import type { WireAnswer } from '../../diff/wire/wire-answer.ts';
import type { Operation } from '../requests/operations.ts';

/** Why an answer of Baleen's is a fault; `undefined` when it is none. `bare` is what the bare engine said to the same. */
export function faultOf(operation: Operation, bare: WireAnswer | undefined, baleen: WireAnswer): string | undefined {
  if (baleen.ending === 'refused') return 'the gateway is gone';
  if (baleen.status === 0 && bare?.status !== 0)
    return baleen.ending === 'hang' ? 'no answer in time' : 'closed without an answer';
  if (operation.isRefused === true && baleen.status === 501) return undefined;
  // An engine sends on to the path without its empty step, where the gateway answers at once (docs/differences.md, D38): what the engine says there is not known.
  if (bare?.status === 301 && baleen.status === 503) return undefined;
  // A handler of an engine that panics closes the connection without a word: status 0. Of a fleet that is a 503 which says so.
  if (baleen.status >= 500 && (bare === undefined || (bare.status > 0 && bare.status < 500)))
    return `${baleen.status}, the bare engine ${bare === undefined ? 'was not asked' : `says ${bare.status}`}`;
  if (messageOf(baleen).includes('internal error in the gateway')) return 'a defect of the gateway';
  return undefined;
}

/** Docker's error text in an answer. */
export function messageOf(answer: WireAnswer): string {
  const text = answer.body.toString('utf8');
  return answer.status < 400 ? '' : text.replace(/^\{"message":"(.*)"\}\s*$/s, '$1');
}
