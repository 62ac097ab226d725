import type { EngineSummary, FeedMessage } from '#contracts';
import { shownName } from '../engines/shown-name.ts';

/** More than these at once are counted, not named. */
const namedMax = 2;

/** What a change means, in words, for who does not see it; `undefined` = nothing worth an interruption. */
export function announce(
  known: ReadonlyMap<string, EngineSummary>,
  { engines, gone }: Extract<FeedMessage, { type: 'change' }>,
): string | undefined {
  const changed = engines.filter((engine) => known.get(engine.key)?.state !== engine.state).map(sentence);
  const left = gone.flatMap((key) => known.get(key) ?? []).map((engine) => `${shownName(engine)} has left the fleet.`);
  const sentences = [...changed, ...left];
  if (sentences.length === 0) return undefined;
  return sentences.length > namedMax ? `${sentences.length} engines changed their state.` : sentences.join(' ');
}

function sentence(engine: EngineSummary): string {
  const why = engine.state === 'healthy' || engine.reason === undefined ? '' : `: ${engine.reason}`;
  return `${shownName(engine)} is ${engine.state}${why}.`;
}
