import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

  it('says what an engine says of a container that is missing or not named', async () => {
    expect((await fleet.ask('POST', '/commit?container=no')).json()).toEqual({ message: 'No such container: no' });
    const unnamed = await fleet.ask('POST', '/commit');
    expect([unnamed.status, unnamed.json()]).toEqual([400, { message: 'invalid name or ID supplied: ""' }]);
    expect(calls).toEqual([]);
  });
});
