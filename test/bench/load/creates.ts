import { createAndStart, remove } from './container-life.ts';
import type { CreatesJob, LoadOutcome, RemovesJob } from './load-job.ts';
import { MovingConnection } from './moving-connection.ts';
import { Tally } from './tally.ts';

/** Between attempts of a client that was refused or lost its connection. */
const afterErrorMs = 20;
const removers = 16;

/** One sample is a create and its start; what was made goes as the job says. */
export async function loadWithCreates(job: CreatesJob): Promise<LoadOutcome> {
  const tally = new Tally();
  let begun = 0;
  const client = async (start: number): Promise<void> => {
    const connection = new MovingConnection(job.addresses, start);
    while (begun < job.atMost && tally.elapsedMs < job.atMostMs) {
      const name = `${job.prefix}-${++begun}`;
      const began = performance.now();
      try {
        const id = await createAndStart(connection, job.image, name);
        tally.add(performance.now() - began);
        if (job.removes === 'at once') await remove(connection, id);
      } catch (error) {
        tally.fail(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        await new Promise((resolve) => setTimeout(resolve, afterErrorMs));
      }
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: job.clients }, (_, index) => client(index)));
  return tally.outcome();
}

/** One sample is a removal. */
export async function loadWithRemoves({ addresses, prefix }: RemovesJob): Promise<LoadOutcome> {
  const tally = new Tally();
  const left = await idsOf(addresses, prefix);
  const remover = async (): Promise<void> => {
    const connection = new MovingConnection(addresses);
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const began = performance.now();
      await remove(connection, id);
      tally.add(performance.now() - began);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: removers }, remover));
  return tally.outcome();
}

async function idsOf([address = '']: readonly string[], prefix: string): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ name: [`^/?${prefix}-`] }));
  const rows = (await (await fetch(`http://${address}/containers/json?all=1&filters=${filters}`)).json()) as { Id: string }[];
  return rows.map(({ Id }) => Id);
}
