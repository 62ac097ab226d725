import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { encodeBatch, encodeObject, parseRecordSubject, subjects } from '#contracts';
import { silentLogger, systemClock } from '#service-shell';
import { containerFacts, engineRecord } from '#testing';
import { FleetView } from '../fleet-view/fleet-view.ts';
import type { ViewListener } from '../fleet-view/view-follower.ts';
import { Forwards } from './forwards.ts';

const engine = 'near';
const bytes = (record: object) => Buffer.from(JSON.stringify(record));
const unreadable = (subject: string, error: unknown) => {
  throw new Error(subject, { cause: error });
};

let stop: () => void = () => undefined;
afterEach(() => stop());

/** A port of this machine that nobody has. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** A view with one engine, whose entries the forwards hear of. */
function watched(ownPorts: ReadonlySet<number> = new Set()) {
  const view = new FleetView(unreadable, systemClock.nowMs);
  const listeners: ViewListener[] = [];
  const dialer = { dial: () => Promise.reject(new Error('nobody dials here')) };
  const follower = { view, watch: (listener: ViewListener) => (listeners.push(listener), () => undefined) };
  const forwards = new Forwards({
    follower,
    publish: 'gateway',
    ownPorts,
    dialer: dialer as never,
    clock: systemClock,
    logger: silentLogger(),
  });
  stop = () => forwards.stop();
  let sequence = 0;
  const apply = (subject: string, payload: Buffer) => {
    sequence += 1;
    view.apply({ subject, sequence, payload });
    const changed = parseRecordSubject(subject);
    for (const { onApplied } of listeners) if (changed !== undefined) onApplied(changed);
  };
  apply(subjects.member(engine), bytes({ key: engine, address: '10.0.0.1:2375', source: 'nodes' }));
  apply(subjects.engineInfo(engine), bytes(engineRecord(engine)));
  return { forwards, apply };
}

const publishing = (hostPort: number) => ({
  kind: 'container' as const,
  epoch: 1,
  facts: containerFacts('c1', { ports: [{ ip: '0.0.0.0', hostPort, containerPort: 80, protocol: 'tcp' }] }),
  summary: Buffer.from('{}'),
});

it.each([
  ['alone', (port: number) => [subjects.container(engine, 'c1'), encodeObject(publishing(port))] as const],
  ['in a batch', (port: number) => [subjects.batch(engine, 1), encodeBatch([publishing(port)])] as const],
])('listens for a container whose record came %s', async (_, record) => {
  const port = await freePort();
  const { forwards, apply } = watched();
  apply(...record(port));
  await forwards.settled('c1');
  expect(forwards.families().flatMap(({ samples }) => samples.map(({ value }) => value))).toContain(1);
});

it('listens nowhere at a port of the gateway’s own, whatever a container’s record says', async () => {
  const port = await freePort();
  const { forwards, apply } = watched(new Set([port]));
  apply(subjects.container(engine, 'c1'), encodeObject(publishing(port)));
  await forwards.settled('c1');
  const client = connect({ host: '127.0.0.1', port });
  const [error] = await once(client, 'error');
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
});
