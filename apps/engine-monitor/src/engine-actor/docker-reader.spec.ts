import { expect, it } from 'vitest';
import { EngineClient, type EngineTransport } from '#docker-api';
import type { ListedContainer } from '../inventory/engine-reader.ts';
import { DockerReader } from './docker-reader.ts';

const noTransport: EngineTransport = {
  connect: () => {
    throw new Error('nothing is to be dialled');
  },
};

/** A daemon that answers every list with these rows. */
function readerOf(rows: readonly string[]): DockerReader {
  const client = new EngineClient({ address: 'tcp://127.0.0.1:1', transport: noTransport });
  client.request = async () => ({ status: 200, headers: {}, body: Buffer.from(`[${rows.join(',')}]`) });
  return new DockerReader(client);
}

async function listed(rows: readonly string[], isKnown: (entry: ListedContainer) => boolean) {
  const odd: string[] = [];
  const entries = await readerOf(rows).listContainers(undefined, { onOdd: (id) => odd.push(id), isKnown });
  return { entries: entries.map((entry) => [entry.id, entry.summary.toString(), entry.isKnown === true]), odd };
}

it('lists a known row as it came, and looks at the form of every other', async () => {
  const [known, odd] = ['{"Id":"a","Names":["/a"]}', '{"Id":"b","Names":7,"State":"running"}'];
  const found = await listed([known, odd], ({ id }) => id === 'a');
  expect(found.entries).toEqual([
    ['a', known, true],
    ['b', '{"Id":"b","State":"running"}', false],
  ]);
  expect(found.odd).toEqual(['b']);
});

it('asks about no row that does not begin with its id, and reads it all the same', async () => {
  const rows = ['{"Names":["/a"],"Id":"a"}', '{ "Id": "b" }'];
  const asked: string[] = [];
  const found = await listed(rows, ({ id }) => asked.push(id) > 0);
  expect(found.entries.map(([id, , isKnown]) => [id, isKnown])).toEqual([
    ['a', false],
    ['b', false],
  ]);
  expect(asked).toEqual([]);
});

it('tells of a row that is no JSON any more, and lists the others', async () => {
  const found = await listed(['{"Id":"a" "Status":1}', '{"Id":"b"}'], () => {
    throw new SyntaxError('invalid character');
  });
  expect(found.entries.map(([id]) => id)).toEqual(['b']);
  expect(found.odd).toEqual(['']);
});

it('tells of rows that are too short to be any, and lists the others', async () => {
  const found = await listed(['{}', 'null', '{"Id":"b"}'], () => false);
  expect(found.entries.map(([id]) => id)).toEqual(['b']);
  expect(found.odd).toEqual(['', '']);
});
