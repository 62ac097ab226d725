import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labels } from '#contracts';
import { answerOf, idOf, TestFleet } from '../../gateway.builders.ts';

describe('POST /commit', () => {
  let fleet: TestFleet;
  let calls: object[];
  beforeEach(async () => {
    calls = [];
    fleet = await TestFleet.open();
    const engine = await fleet.node('node-1');
    await fleet.container(engine, idOf('a1'), 'web');
    await fleet.onEngine(engine, 'call', ({ method, path, body, touched }) => {
      calls.push({ method, path, body, touched });
      return { answer: answerOf(201, { Id: 'sha256:1' }), sequence: 1 };
    });
  });
  afterEach(() => fleet.close());

  it('goes to the engine of the container, which then shows its images anew', async () => {
    const { status, json } = await fleet.ask('POST', '/commit?container=node-1%2Fweb&repo=app&comment=a+b', '{"Env":["A=1"]}');
    expect([status, json()]).toEqual([201, { Id: 'sha256:1' }]);
    const path = '/commit?container=web&repo=app&comment=a+b';
    expect(calls).toEqual([
      {
        method: 'POST',
        path,
        body: '{"Env":["A=1"]}',
        touched: { containers: [], images: true, networks: false, volumes: false },
      },
    ]);
  });

  it('leaves behind what the container’s labels say of it alone', async () => {
    const engine = await fleet.node('node-2');
    const changes: string[][] = [];
    await fleet.onEngine(engine, 'call', ({ path }) => {
      changes.push(new URLSearchParams(path.split('?')[1]).getAll('changes'));
      return { answer: answerOf(201, { Id: 'sha256:1' }), sequence: 1 };
    });
    const all = {
      [labels.swarmId]: 's',
      [labels.operation]: 'o',
      [labels.originalRequest]: 'r',
      [labels.owner]: '',
      [labels.ports]: '',
    };
    await fleet.container(engine, idOf('a2'), 'db', { labels: { ...all, mine: 'x' } });
    await fleet.ask('POST', '/commit?container=db&changes=CMD+sh');
    expect(changes).toEqual([['CMD sh', 'LABEL com.docker.swarm.id="" io.baleen.operation="" io.baleen.request=""']]);
  });

  it('says what an engine says of a container that is missing or not named', async () => {
    expect((await fleet.ask('POST', '/commit?container=no')).json()).toEqual({ message: 'No such container: no' });
    const unnamed = await fleet.ask('POST', '/commit');
    expect([unnamed.status, unnamed.json()]).toEqual([400, { message: 'invalid name or ID supplied: ""' }]);
    expect(calls).toEqual([]);
  });
});
