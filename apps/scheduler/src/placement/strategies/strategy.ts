import type { Candidate } from '../candidate.ts';
import type { Scores } from '../resources.ts';

/** Which of the engines that may run a container is best. */
export interface PlacementStrategy {
  /** Lower is better; compared part by part. The first is what `baleen explain` shows. */
  rank(candidate: Candidate, scores: Scores, fraction: () => number): readonly number[];
}
