import type { Candidate } from '../candidate.ts';
import type { Scores } from '../resources.ts';

/** Which of the engines that may run a container is best: lower is better. A number each, since they are asked of every engine of the fleet. */
export interface PlacementStrategy {
  /** What `baleen explain` shows. */
  score(candidate: Candidate, scores: Scores, fraction: () => number): number;
  /** Among those of the same score. */
  tieBreak(candidate: Candidate): number;
}
