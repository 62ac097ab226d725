export function provideEngines(): Promise<void>;
