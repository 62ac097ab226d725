/** Keys that orders are known by, 32 bytes each: all are believed, the first seals. */
export type OrderKeyRing = readonly [Buffer, ...Buffer[]];

/** Where gateways and schedulers have them from. */
export interface OrderKeys {
  /** As of now. Rejects with cluster/unavailable when they are in a log that does not answer. */
  ring(): Promise<OrderKeyRing>;
}

export type OrderKeysParts = {
  /** File that has the key; empty = the one beside the credentials if there is one, else the key is in the log. */
  readonly orderKeyFile: string;
  readonly natsCredsFile: string;
};
