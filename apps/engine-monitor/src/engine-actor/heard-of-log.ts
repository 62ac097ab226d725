/** What an owner has heard of the log when it took its engine's lease. */
export type HeardOfLog = {
  /** It has records of the engine. */
  readonly isRecorded: boolean;
  /** Of the scheduler that leads; 0 = nobody does. */
  readonly leadingTerm: number;
};
