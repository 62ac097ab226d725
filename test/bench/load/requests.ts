import { HttpConnection, requestText } from './http-connection.ts';
import type { LoadOutcome, RequestsJob } from './load-job.ts';
import { Tally } from './tally.ts';

export async function loadWithRequests(job: RequestsJob): Promise<LoadOutcome> {
  const connections = await Promise.all(Array.from({ length: job.connections }, () => HttpConnection.open(job.address)));
  const requests = job.paths.map((path) => requestText('GET', path));
  const tally = new Tally();
  let next = 0;
  const isOver = () =>
    tally.elapsedMs > job.atMostMs || (tally.elapsedMs > job.forMs && tally.done + tally.errors >= job.atLeast);
  const client = async (connection: HttpConnection): Promise<void> => {
    while (!isOver()) {
      const began = performance.now();
      const { status, bodyBytes } = await connection.ask(requests[next++ % requests.length] ?? '');
      if (status === 200) tally.add(performance.now() - began, bodyBytes);
      else tally.fail(`${job.paths[(next - 1) % job.paths.length]}: ${status}`);
    }
  };
  await Promise.all(connections.map(client));
  for (const connection of connections) connection.close();
  return tally.outcome();
}
