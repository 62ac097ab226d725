/** What the bus tells of itself; pino's shape. */
export type BusSink = Record<'debug' | 'info' | 'warn' | 'error', (facts: object, message: string) => void>;
