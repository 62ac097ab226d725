export const oldestNatsServer: readonly [number, number];
export function cachedNatsServer(env?: NodeJS.ProcessEnv): string;
export function findNatsServer(env?: NodeJS.ProcessEnv): string | undefined;
export function isUsable(program: string): boolean;
