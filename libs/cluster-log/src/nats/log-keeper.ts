import type { MsgHdrs } from '@nats-io/nats-core';

export type WantedConsumer = {
  readonly name: string;
  /** Where records are delivered. */
  readonly inbox: string;
  /** Full NATS patterns. */
  readonly filters: readonly string[];
  /** `undefined` = the last record of each subject first. */
  readonly fromSequence: number | undefined;
};

export type StoredRecord = { readonly seq: number; readonly header: MsgHdrs | undefined; readonly data: Uint8Array };

/** What a log asks of JetStream besides writing: itself (services), or through a monitor's door (agents). Subjects are full ones. */
export interface LogKeeper {
  /** The stream's. */
  readonly name: string;
  /** Makes sure that the stream is there; `created` tells one incarnation from the next. */
  ensure(): Promise<{ readonly created: string }>;
  /** Resolves with how many records wait. */
  addConsumer(wanted: WantedConsumer): Promise<number>;
  removeConsumer(name: string): Promise<unknown>;
  lastMessage(subject: string): Promise<StoredRecord | null>;
}

/** Where writes go. */
export interface LogRoute {
  /** The full NATS subject that takes what is to be written under a subject. */
  of(subject: string): string;
  /** A write there was not answered in time. */
  onSilence(): void;
}
