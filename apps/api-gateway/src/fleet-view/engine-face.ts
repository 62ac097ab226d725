/** What rows of an engine's containers are made with, beside the container. Another object after each change of any of it. */
export type EngineFace = {
  readonly name: string;
  readonly ip: string;
  readonly address: string;
  readonly isHealthy: boolean;
  readonly clockDeltaMs: number;
};
