import { expect, it } from 'vitest';
import { parseEvent, refreshFor } from './event-refresh.ts';

const refreshOf = (type: string, action: string, attributes: Record<string, string> = {}) => {
  const event = parseEvent(JSON.stringify({ Type: type, Action: action, Actor: { ID: 'id', Attributes: attributes } }));
  return event === undefined ? undefined : refreshFor(event);
};

it.each(['create', 'start', 'die', 'destroy', 'rename', 'update', 'pause', 'health_status: healthy', 'oom', 'kill'])(
  're-reads the container after %s',
  (action) => {
    expect(refreshOf('container', action)?.touched.containers).toEqual(['id']);
  },
);

it.each(['exec_create: sh -c true', 'exec_start: sh', 'exec_die', 'exec_detach', 'top', 'resize', 'attach', 'archive-path'])(
  're-reads nothing after %s',
  (action) => {
    expect(refreshOf('container', action)).toBeUndefined();
  },
);

it('re-reads the lists that an event belongs to', () => {
  expect(refreshOf('container', 'commit')?.touched.images).toBe(true);
  expect(refreshOf('image', 'tag')?.touched.images).toBe(true);
  expect(refreshOf('network', 'create')?.touched.networks).toBe(true);
  expect(refreshOf('volume', 'destroy')?.touched.volumes).toBe(true);
  expect(refreshOf('volume', 'mount')).toBeUndefined();
  expect(refreshOf('daemon', 'reload')?.identity).toBe(true);
});

it('re-reads the container that joined or left a network', () => {
  expect(refreshOf('network', 'connect', { container: 'c1' })?.touched).toMatchObject({ containers: ['c1'], networks: false });
});

it('passes over what it does not know', () => {
  expect(refreshOf('plugin', 'enable')).toBeUndefined();
  expect(parseEvent('not json')).toBeUndefined();
});
