import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { expect, it } from 'vitest';
import { callerIdentity } from './caller-identity.ts';
import { noteLocal } from './client-address.ts';

function socketFrom(remoteAddress: string | undefined): Socket {
  return Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
}

it('is the address without the port, alike whether the listener is for IPv4 or for both families', () => {
  expect([callerIdentity(socketFrom('10.0.0.7')), callerIdentity(socketFrom('::ffff:10.0.0.7'))]).toEqual([
    '10.0.0.7',
    '10.0.0.7',
  ]);
  expect(callerIdentity(socketFrom('fd00::7'))).toBe('fd00::7');
});

it('is one for all on a unix socket, and another for those who are gone', () => {
  const onSocket = socketFrom(undefined);
  noteLocal(onSocket);
  expect([callerIdentity(onSocket), callerIdentity(socketFrom(undefined))]).toEqual(['unix', 'unknown']);
});

it('is the certificate of a client that showed a trusted one, wherever it calls from', () => {
  const tls = (authorized: boolean) =>
    Object.defineProperties(new TLSSocket(new Socket()), {
      authorized: { value: authorized },
      remoteAddress: { value: '10.0.0.7' },
      getPeerCertificate: { value: () => ({ fingerprint256: 'AB:CD' }) },
    });
  expect(callerIdentity(tls(true))).toBe('certificate AB:CD');
  expect(callerIdentity(tls(false))).toBe('10.0.0.7');
});
