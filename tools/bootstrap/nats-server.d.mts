export function provideNatsServer(): Promise<string>;
