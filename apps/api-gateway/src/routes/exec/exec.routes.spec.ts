import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { until } from '../../relay/raw-peers.builders.ts';
import { RelayStage } from '../../relay/relay-stage.builders.ts';

const create = `POST /containers/c1/exec HTTP/1.1\r\nHost: x\r\nContent-Length: 16\r\n\r\n{"Cmd":["true"]}`;
const created = (id: string) => `HTTP/1.1 201 Created\r\nContent-Length: ${id.length + 9}\r\n\r\n{"Id":"${id}"}`;

let stage: RelayStage;
beforeEach(async () => {
  stage = await RelayStage.open();
});
afterEach(() => stage.close());

describe('exec create', () => {
  /** A client that has made one instance already, and the engine's end of the connection that was kept. */
  const afterFirst = async () => {
    const user = await stage.client();
    user.send(create);
    const daemon = await stage.engine.peer();
    daemon.send(created('a1'));
    await user.has('a1');
    daemon.received = '';
    user.send(create);
    await daemon.has('{"Cmd":["true"]}');
    return { user, daemon };
  };

  it('keeps the connection for the next', async () => {
    const { user, daemon } = await afterFirst();
    daemon.send(created('a2'));
    await user.has('a2');
    expect(stage.engine.peers).toHaveLength(1);
  });

  it('is asked for again, body and all, when the engine has closed the kept connection', async () => {
    const { user, daemon } = await afterFirst();
    daemon.socket.resetAndDestroy();
    const fresh = await stage.engine.peer(1);
    await fresh.has('{"Cmd":["true"]}');
    fresh.send(created('a2'));
    await user.has('a2');
    expect(stage.engine.peers).toHaveLength(2);
  });
});

it('a resize before the start gets the words of its engine, which waits for ten seconds', async () => {
  const clock = new ManualClock();
  await stage.reopen({ clock });
  const user = await stage.client();
  user.send(create);
  const daemon = await stage.engine.peer();
  daemon.send(created('a1'));
  await user.has('a1');
  user.send('POST /exec/a1/resize?h=1&w=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
  const resized = () => stage.engine.peers.find(({ received }) => received.includes('/exec/a1/resize'));
  await until(
    () => resized() !== undefined,
    () => 'the resize',
  );
  clock.advance(12_000);
  resized()?.send('HTTP/1.1 500 Error\r\nContent-Length: 8\r\n\r\nnot yet\n');
  await user.has('not yet');
  expect(user.received).toContain('HTTP/1.1 500 Error');
});
