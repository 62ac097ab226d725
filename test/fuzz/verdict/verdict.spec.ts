import { expect, it } from 'vitest';
import { noAnswer, type WireAnswer } from '../../diff/wire/wire-answer.ts';
import { leaks } from './leaks.ts';
import { faultOf } from './verdict.ts';

const operation = { method: 'GET', path: '/info', query: {} };
const answer = (status: number, body = ''): WireAnswer => ({ ...noAnswer('complete'), status, body: Buffer.from(body) });

it('blames a 5xx that the bare engine does not give, and none that it gives too', () => {
  expect(faultOf(operation, answer(200), answer(503))).toBe('503, the bare engine says 200');
  expect(faultOf(operation, answer(500), answer(500))).toBeUndefined();
  expect(faultOf(operation, noAnswer('closed'), answer(503))).toBeUndefined();
  expect(faultOf(operation, answer(301), answer(503))).toBeUndefined();
  expect(faultOf(operation, answer(301), answer(500))).toBe('500, the bare engine says 301');
  expect(faultOf({ ...operation, isRefused: true }, undefined, answer(501))).toBeUndefined();
  expect(faultOf({ ...operation, isRefused: true }, undefined, answer(503))).toBe('503, the bare engine was not asked');
});

it('blames a defect, a hang and a gateway that is gone', () => {
  expect(faultOf(operation, answer(500), answer(500, '{"message":"internal error in the gateway (request 7)"}'))).toBe(
    'a defect of the gateway',
  );
  expect(faultOf(operation, answer(200), noAnswer('hang'))).toBe('no answer in time');
  expect(faultOf(operation, noAnswer('hang'), noAnswer('hang'))).toBeUndefined();
  expect(faultOf(operation, answer(200), noAnswer('refused'))).toBe('the gateway is gone');
});

it('names what grew beyond what a process keeps', () => {
  expect(leaks({ fds: 40, rssMb: 100 }, { fds: 50, rssMb: 110 })).toEqual([]);
  expect(leaks({ fds: 40, rssMb: 100 }, { fds: 100, rssMb: 300 })).toHaveLength(2);
});
