/** One thing that was looked at. A problem stops something from working, a warning will or may. */
export type Finding = { readonly level: 'well' | 'warning' | 'problem'; readonly what: string; readonly remedy?: string };

export const well = (what: string): Finding => ({ level: 'well', what });
export const warning = (what: string, remedy: string): Finding => ({ level: 'warning', what, remedy });
export const problem = (what: string, remedy: string): Finding => ({ level: 'problem', what, remedy });
