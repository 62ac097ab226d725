import { corpus } from './corpus/corpus.ts';
import { diffSuite } from './diff.suite.ts';

/** `npm run test:diff`: the whole corpus in every set-up. */
for (const engines of ['new', 'old'] as const) {
  for (const fleet of ['one', 'three'] as const) diffSuite({ engines, fleet, scenarios: corpus, isWhole: true });
}
