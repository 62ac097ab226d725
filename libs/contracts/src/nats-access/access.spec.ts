import { describe, expect, it } from 'vitest';
import { agentAddress } from '../records/agent-record.ts';
import { subjectMatches } from '../subject-pattern.ts';
import { engineKey, natsPrefix, subjects } from '../subjects.ts';
import { doorRights } from './door-rights.ts';
import { natsPermissions } from './nats-permissions.ts';
import { parties } from './parties.ts';

const key = engineKey(agentAddress('a1'));
const other = engineKey(agentAddress('b2'));

describe('what NATS lets a party do', () => {
  it.each(parties)('as %s: its own inbox, and no whole cluster, server or log', (party) => {
    const { publish, subscribe } = natsPermissions(party, 'c');
    expect(subscribe[0]).toBe('_INBOX.{{name()}}.>');
    const forbidden = [
      '>',
      '$SYS.x',
      '$JS.API.STREAM.DELETE.BALEEN_c',
      '$JS.API.STREAM.PURGE.BALEEN_c',
      `${natsPrefix('d')}event.x`,
    ];
    for (const subject of forbidden)
      expect([...publish, ...subscribe].filter((pattern) => subjectMatches(pattern, subject))).toEqual([]);
  });

  it('names an agent’s engine in every pattern but its inbox', () => {
    const { publish, subscribe, answerMs } = natsPermissions('agent', 'c');
    const own = [...publish, ...subscribe].filter((pattern) => pattern.startsWith(natsPrefix('c')));
    expect(own.length).toBeGreaterThan(5);
    expect(own.filter((pattern) => !pattern.includes('.nats=3a=2f=2f{{name()}}'))).toEqual([]);
    expect(publish.filter((pattern) => pattern.startsWith('_INBOX') || pattern.startsWith('$JS.API'))).toEqual([]);
    expect(answerMs).toBeGreaterThan(0);
  });
});

describe('the rights of an agent at the door', () => {
  const rights = doorRights(key);

  it.each([
    [subjects.engineInfo(key), true],
    [subjects.container(key, 'c'), true],
    [subjects.batch(key, 1), true],
    [subjects.lease(`engine.${key}`), true],
    [subjects.agent('a1'), true],
    [subjects.daemon('ID'), true],
    [subjects.engineInfo(other), false],
    [subjects.lease(`engine.${other}`), false],
    [subjects.lease('scheduler'), false],
    [subjects.agent('b2'), false],
    [subjects.member(key), false],
    [subjects.engineInfo('*'), false],
    [`engine.${key}.>`, false],
  ])('writing %s: %s', (subject, may) => {
    expect(rights.mayWrite(subject)).toBe(may);
  });

  it('are to read its membership and who leads, and to follow its own', () => {
    expect([subjects.member(key), subjects.lease('scheduler')].map((subject) => rights.mayRead(subject))).toEqual([true, true]);
    expect(rights.mayRead(subjects.member(other))).toBe(false);
    expect(rights.mayRead(subjects.orderKey())).toBe(false);
    expect(rights.mayFollow(subjects.engineAll(key))).toBe(true);
    for (const pattern of ['>', 'orders.*', 'engine.>', 'daemon.*', subjects.engineAll(other)])
      expect(rights.mayFollow(pattern)).toBe(false);
  });

  it('of a key that is no agent’s enrol nobody', () => {
    expect(doorRights(engineKey('10.0.0.1:2375')).mayWrite(subjects.agent('a1'))).toBe(false);
  });
});
