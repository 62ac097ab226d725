export function cacheFolder(env?: NodeJS.ProcessEnv, isRoot?: boolean): string;
export function projectFolder(): string;
