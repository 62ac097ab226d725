import { expect, it } from 'vitest';
import { GrpcMessage } from './grpc-message.ts';
import { buildArgsOf } from './solve-request.ts';

function field(number: number, bytes: Buffer | string): Buffer {
  const value = Buffer.from(bytes);
  return Buffer.concat([Buffer.of(number * 8 + 2, value.length), value]);
}

function attribute(key: string, value: string): Buffer {
  return field(7, Buffer.concat([field(1, key), field(2, value)]));
}

it('reads the build args of a solve among everything else that is in it', () => {
  // Field 14 as a varint of two bytes, field 15 as a fixed32, field 10 as a fixed64.
  const numbers = Buffer.from([14 * 8, 0x96, 0x01, 15 * 8 + 5, 1, 2, 3, 4, 10 * 8 + 1, 1, 2, 3, 4, 5, 6, 7, 8]);
  const request = Buffer.concat([
    field(1, 'ref'),
    numbers,
    attribute('target', 'app'),
    attribute('build-arg:constraint:node', '=node-1'),
    attribute('build-arg:WHO', ''),
    field(6, 'dockerfile.v0'),
  ]);
  expect(buildArgsOf(request)).toEqual({ 'constraint:node': '=node-1', WHO: '' });
});

it('finds none in what is no message', () => {
  expect([Buffer.of(58, 40, 1), Buffer.of(59), Buffer.of(0x80)].map(buildArgsOf)).toEqual([{}, {}, {}]);
});

it('puts a message together however it was cut, and lets go of one that is too long or compressed', () => {
  const whole = Buffer.from([0, 0, 0, 0, 2, 7, 8]);
  const cut = new GrpcMessage(100);
  expect([whole.subarray(0, 3), whole.subarray(3, 6), whole.subarray(6)].map((part) => cut.add(part))).toEqual([
    undefined,
    undefined,
    Buffer.of(7, 8),
  ]);
  expect(new GrpcMessage(6).add(whole)).toBeUndefined();
  expect(new GrpcMessage(100).add(Buffer.from([1, 0, 0, 0, 1, 7]))).toBeUndefined();
});
