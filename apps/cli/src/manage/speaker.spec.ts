import { expect, it } from 'vitest';
import type { LogFormat } from '../flags/log-flags.ts';
import { speaker } from './speaker.ts';

function said(format: LogFormat) {
  const [log, screen] = [[] as string[], [] as string[]];
  const { say, sayReady } = speaker(
    format,
    { write: (text) => log.push(String(text)) },
    { write: (text) => screen.push(String(text)) },
  );
  say.info('stopping\u001b[2J');
  say.warn('no list');
  say.error('given up');
  sayReady({ dockerHosts: ['tcp://127.0.0.1:2375'], dashboards: [], adding: [], tlsVariables: '' });
  return { log, screen };
}

it('says to people what it has to say beside the log, and to machines nothing but lines of the log, each at its level', () => {
  const toPeople = said('pretty');
  expect(toPeople.log).toEqual([]);
  expect(toPeople.screen.slice(0, 3)).toEqual([
    'baleen: stopping\\u001b[2J\n',
    'baleen: warning: no list\n',
    'baleen: given up\n',
  ]);
  expect(toPeople.screen.join('')).toContain('tcp://127.0.0.1:2375');

  const { log, screen } = said('json');
  expect(screen).toEqual([]);
  expect(log.map((line) => JSON.parse(line) as object)).toMatchObject([
    { level: 'info', app: 'manage', msg: 'stopping\u001b[2J' },
    { level: 'warn', app: 'manage', msg: 'no list' },
    { level: 'error', app: 'manage', msg: 'given up' },
    { app: 'manage', dockerHosts: ['tcp://127.0.0.1:2375'], msg: 'ready' },
  ]);
});
