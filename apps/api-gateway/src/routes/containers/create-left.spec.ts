import { afterEach, expect, it } from 'vitest';
import { answerOf, TestFleet } from '../../gateway.builders.ts';

const digest = `busybox@sha256:${'d'.repeat(64)}`;

let fleet: TestFleet;
afterEach(() => fleet.close());

it('gives its reservation back when its client leaves while an image is brought that the engine asked for', async () => {
  const client = new AbortController();
  fleet = await TestFleet.open();
  const engine = await fleet.node('node-1', {
    daemon: ({ path }) => {
      if (!path.startsWith('/images/create')) return undefined;
      client.abort();
      return { body: '{"status":"Pulling"}\n', isEndless: true };
    },
  });
  await fleet.image(await fleet.node('node-2'), 'sha256:1', ['busybox:latest'], 1, [digest]);
  await fleet.onScheduler('place', ({ operation }) => ({ operation, engine, node: 'node-1', term: 7, devices: [] }));
  const asked: string[] = [];
  await fleet.onEngine(engine, 'create', ({ operation }) => {
    asked.push(operation);
    return { answer: answerOf(404, { message: 'No such image: busybox:latest' }), sequence: 1 };
  });
  const released = new Promise<string>((resolve) => {
    void fleet.onScheduler('release', ({ operation }) => (resolve(operation), { released: true }));
  });
  const creating = fleet.ask('POST', '/v1.51/containers/create?name=web', '{"Image":"busybox"}', client.signal);
  await expect(creating).rejects.toThrow('aborted');
  expect([await released]).toEqual(asked);
});
