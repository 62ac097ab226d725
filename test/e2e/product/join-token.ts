import { fileURLToPath } from 'node:url';
import { run } from '../clients/run.ts';

const baleen = fileURLToPath(new URL('../../../bin/baleen', import.meta.url));

/** What `baleen join-token` prints over the keys of this folder; rejects with its reason. */
export async function joinTokenOf(natsDir: string, ...args: readonly string[]): Promise<string> {
  const outcome = await run(baleen, ['join-token', '--nats-dir', natsDir, ...args]);
  if (outcome.code !== 0) throw new Error(`join-token: ${outcome.stderr}`);
  return outcome.stdout;
}
