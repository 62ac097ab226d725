import type { PlacementNotice } from '#contracts';

/** In one line why a placement ended so: `spread, score 3 · refused by health (2)`. */
export function why({ failure, strategy, score, refusals }: PlacementNotice): string {
  if (failure !== undefined) return failure;
  const refused = refusals.map(({ filter, engines }) => `${filter} (${engines})`).join(', ');
  const chosen = score === undefined ? strategy : `${strategy}, score ${Math.round(score * 100) / 100}`;
  return refused === '' ? chosen : `${chosen} · refused by ${refused}`;
}
