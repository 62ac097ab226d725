export type EngineFolders = {
  readonly cache: string;
  readonly old: string;
  readonly new: string;
  readonly image: string;
  readonly dockerConfig: string;
  readonly dockerCli: string;
};
export function engineFolders(cache?: string): EngineFolders;
export function dockerProgram(): string;
export function whyNoEngines(platform?: string, userId?: number): string | undefined;
export function hasEngines(): boolean;
