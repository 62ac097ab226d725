import { expect, it } from 'vitest';
import { joinTokenText, readJoinToken } from './join-token.ts';

const credentials = '-----BEGIN NATS USER JWT-----\nx.y.z\n------END NATS USER JWT------\n';
const ca = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n';
const fleet = { cluster: 'default', nats: 'tls://nats.example:4222' };

it('says where to dial, and whether it brings a CA', () => {
  expect(readJoinToken(joinTokenText({ credentials, ca, fleet }))).toEqual({ fleet, hasCa: true });
  expect(readJoinToken(joinTokenText({ credentials, ca: undefined, fleet }))).toEqual({ fleet, hasCa: false });
});

it.each([
  '',
  credentials,
  'baleen-join: {"cluster":"c","nats":"n"}\n',
  `${credentials}baleen-join: {}\n`,
  `${credentials}baleen-join: {\n`,
])('is not read out of what is none: %j', (text) => {
  expect(readJoinToken(text)).toBeUndefined();
});
