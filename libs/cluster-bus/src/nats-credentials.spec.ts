import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nkeys } from '@nats-io/nats-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileAuthenticator } from './nats-credentials.ts';

const text = (claims: string) =>
  `-----BEGIN NATS USER JWT-----\n${claims}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${new TextDecoder().decode(
    nkeys.createUser().getSeed(),
  )}\n------END USER NKEY SEED------\n`;

describe('credentials in a file', () => {
  let dir: string;
  let file: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'baleen-creds-'));
    file = join(dir, 'agent.creds');
  });
  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  it('are what the file holds at each connection', () => {
    writeFileSync(file, text('first'));
    const authenticate = fileAuthenticator(file);
    expect(authenticate('nonce')).toMatchObject({ jwt: 'first' });
    writeFileSync(file, text('second'));
    expect(authenticate('nonce')).toMatchObject({ jwt: 'second' });
  });

  it.each([
    ['is half written', () => writeFileSync(file, text('second').slice(0, 60))],
    ['is empty', () => writeFileSync(file, '')],
    ['is away', () => rmSync(file)],
  ])('are the last ones while the file %s', (_, renew) => {
    writeFileSync(file, text('first'));
    const authenticate = fileAuthenticator(file);
    const before = authenticate('nonce');
    renew();
    expect(authenticate('nonce')).toEqual(before);
    writeFileSync(file, text('third'));
    expect(authenticate('nonce')).toMatchObject({ jwt: 'third' });
  });

  it('are refused where the file never held any', () => {
    expect(() => fileAuthenticator(file)('nonce')).toThrow('NATS credentials cannot be read');
    writeFileSync(file, 'no credentials');
    expect(() => fileAuthenticator(file)('nonce')).toThrow(/credentials/);
  });
});
