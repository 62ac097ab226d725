import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '#testing';
import { parseRecordSubject, type RecordSubject } from './record-subject.ts';
import { subjects, token, untoken } from './subjects.ts';

/** Whatever somebody may call something, and the token that stands for it. */
const anyText = fc.string({ unit: anyCharacter });
const anyKey = anyText.map(token);
const anyId = fc.stringMatching(/^[0-9a-f]{64}$/);

const roundTrips: { readonly [family: string]: fc.Arbitrary<readonly [subject: string, meant: RecordSubject]> } = {
  members: anyKey.map((key) => [subjects.member(key), { type: 'member', key }]),
  nodes: anyKey.map((key) => [subjects.node(key), { type: 'node', key }]),
  engines: anyKey.map((key) => [subjects.engineInfo(key), { type: 'engine', key }]),
  batches: fc.tuple(anyKey, fc.nat()).map(([key, part]) => [subjects.batch(key, part), { type: 'batch', key }]),
  containers: fc
    .tuple(anyKey, anyId)
    .map(([key, id]) => [subjects.container(key, id), { type: 'object', key, kind: 'container', id }]),
  networks: fc.tuple(anyKey, anyId).map(([key, id]) => [subjects.network(key, id), { type: 'object', key, kind: 'network', id }]),
  images: fc
    .tuple(anyKey, anyText)
    .map(([key, id]) => [subjects.image(key, id), { type: 'object', key, kind: 'image', id: token(id) }]),
  volumes: fc
    .tuple(anyKey, anyText)
    .map(([key, name]) => [subjects.volume(key, name), { type: 'object', key, kind: 'volume', id: token(name) }]),
  "engines' leases": anyKey.map((key) => [subjects.lease(`engine.${key}`), { type: 'lease', key }]),
  "monitors' registrations": anyKey.map((id) => [subjects.lease(`monitor.${id}`), { type: 'registration', monitor: id }]),
  "gateways' leases": anyText.map((id) => [subjects.lease(`gateway.${token(id)}`), { type: 'presence', gateway: id }]),
  leadership: fc.constant([subjects.lease('scheduler'), { type: 'leadership' }]),
  agents: anyId.map((id) => [subjects.agent(id), { type: 'agent', id }]),
  tokens: anyId.map((id) => [subjects.token(id), { type: 'token', clusterToken: id }]),
  rosters: fc
    .tuple(anyId, anyText)
    .map(([id, address]) => [subjects.roster(id, address), { type: 'roster', clusterToken: id, address }]),
  barriers: anyText.map((name) => [subjects.barrier(name), { type: 'barrier', process: name }]),
  reservations: anyText.map((operation) => [subjects.reservation(operation), { type: 'reservation', operation }]),
  replacements: anyId.map((id) => [subjects.replacement(id), { type: 'replacement', container: id }]),
};

describe('what a subject was made of is read from it', () => {
  it.each(Object.entries(roundTrips))('%s', (_family, roundTrip) => {
    fc.assert(
      fc.property(roundTrip, ([subject, meant]) => {
        expect(parseRecordSubject(subject)).toEqual(meant);
      }),
    );
  });
});

it.each([
  subjects.lease('discovery'),
  subjects.daemon('ID'),
  subjects.decision('operation'),
  subjects.orderKey(),
  'engine.k.plugin.p',
  'engine.k.constructor.x',
  'engine.k.news',
  'engine',
  '',
])('passes over "%s", which nobody folds', (subject) => {
  expect(parseRecordSubject(subject)).toBeUndefined();
});

it('a token of an object gives the text back that it was made of', () => {
  fc.assert(
    fc.property(anyText, (name) => {
      const subject = parseRecordSubject(subjects.volume('k', name));
      expect(subject?.type === 'object' && untoken(subject.id)).toBe(name);
    }),
  );
});
