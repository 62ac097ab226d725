export function provideBrowser(): Promise<string>;
