/** The patterns a ledger follows. */
export const ledgerPatterns: readonly string[] = [
  'member.*',
  'engine.>',
  'batch.>',
  'lease.engine.*',
  'node.*',
  'reservation.*',
  'replacement.*',
];
