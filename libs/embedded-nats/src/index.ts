export async function startEmbeddedNats(_options: {
  storage: 'memory' | 'file';
  dir: string;
  port?: number;
}): Promise<{ url: string; pid: number; stop(): Promise<void>; exited: Promise<void> }> {
  throw new Error('being built');
}
