/** What the log tells of itself; pino's shape. */
export type LogSink = Record<'debug' | 'info' | 'warn' | 'error', (facts: object, message: string) => void>;
