/** What a leader acts upon; told after the ledger has it. */
export type LedgerChange =
  | { readonly type: 'reservation-spent'; readonly operation: string }
  | { readonly type: 'engine-changed'; readonly key: string };

/** Told of a record that breaks its contract; the record is left out. */
export type OnBrokenRecord = (subject: string, error: unknown) => void;
