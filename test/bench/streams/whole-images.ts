import type { Testbed, TestEngine } from '#testing';
import { Stack } from '../../e2e/product/stack.ts';
import type { Row } from '../report/row.ts';
import { exchange, type Moved } from './raw-client.ts';
import { bulkImage } from './real-engine.ts';
import { compared } from './stream-comparison.ts';
import { get, upload } from './stream-requests.ts';

type Run = (address: string) => Promise<Moved>;

/** `docker save`, and `docker load` into one and three real engines, through the whole product against one engine asked directly. */
export async function* imageRows(bed: Testbed): AsyncGenerator<Row> {
  const [first] = bed.engines;
  if (first === undefined) throw new Error('the bed has no engine');
  const path = `/images/${bulkImage}/get`;
  const saved = Buffer.from(await (await fetch(`http://${first.address}${path}`)).arrayBuffer());
  const load: Run = (address) => exchange(address, upload('POST', '/images/load?quiet=1'), { piece: saved, pieces: 1 });
  yield* through([first], { save: (address) => exchange(address, get(path)), load });
  while (bed.engines.length < 3) await bed.engine({ generation: 'new' });
  yield* through(bed.engines, { 'load to three': load });
}

async function* through(engines: readonly TestEngine[], runs: Readonly<Record<string, Run>>): AsyncGenerator<Row> {
  const addresses = engines.map(({ address }) => address);
  const stack = await Stack.start({ discovery: `nodes://${addresses.join(',')}`, engines: engines.length });
  try {
    const size = `${engines.length} real`;
    const sides = {
      size,
      direct: addresses[0] ?? '',
      through: stack.url().replace('http://', ''),
      pids: stack.pids('api-gateway'),
    };
    for (const [name, run] of Object.entries(runs)) yield await compared({ ...sides, name, run });
  } finally {
    await stack.stop();
  }
}
