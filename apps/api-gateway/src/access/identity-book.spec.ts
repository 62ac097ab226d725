import { describe, expect, it } from 'vitest';
import { parsePolicy, tokenDigest } from '#access';
import { IdentityBook, type Proofs } from './identity-book.ts';
import { alternativeNames } from './peer-names.ts';

const policy = parsePolicy(
  Buffer.from(
    JSON.stringify({
      identities: {
        anna: { certificates: ['CN:anna', 'email:anna@example.test'], role: 'admin' },
        ci: { certificates: ['URI:spiffe://ci'], tokens: [tokenDigest('t0ken')], role: 'operator' },
        here: { localSocket: true, role: 'viewer' },
      },
    }),
  ),
);
const book = new IdentityBook(policy, tokenDigest('starter'));
const find = (proofs: Partial<Proofs>) =>
  book.find({ authorization: undefined, certificateNames: [], isLocalSocket: false, ...proofs }).name;

describe('who asks', () => {
  it('is found by certificate, token or local socket', () => {
    expect(find({ certificateNames: ['CN:x', 'email:anna@example.test'] })).toBe('anna');
    expect(find({ authorization: 'Bearer t0ken' })).toBe('ci');
    expect(find({ isLocalSocket: true })).toBe('here');
    expect(find({ authorization: 'bearer starter' })).toBe('(manage)');
  });

  it('is whom the token says, before certificate and socket, and nobody when the token is unknown', () => {
    expect(find({ authorization: 'Bearer t0ken', certificateNames: ['CN:anna'] })).toBe('ci');
    expect(() => find({ authorization: 'Bearer wrong', certificateNames: ['CN:anna'], isLocalSocket: true })).toThrow(
      'does not know',
    );
  });

  it.each([
    [{}, 'wants to know who asks'],
    [{ authorization: 'Basic YTpi' }, 'none of the form'],
    [{ authorization: `Bearer ${tokenDigest('t0ken')}` }, 'does not know'],
    [{ certificateNames: ['CN:stranger'] }, 'none of the names'],
    [{ certificateNames: ['DNS:anna'] }, 'none of the names'],
    [{ certificateNames: ['CN:anna', 'URI:spiffe://ci'] }, 'several identities'],
  ])('is nobody: %j', (proofs, reason) => {
    expect(() => find(proofs)).toThrow(reason);
  });
});

describe('the names of a certificate', () => {
  it('are read as Node writes them, quoted values whole', () => {
    expect(alternativeNames('DNS:a.test, URI:spiffe://x, email:a@b.test, IP Address:10.0.0.1')).toEqual([
      'DNS:a.test',
      'URI:spiffe://x',
      'email:a@b.test',
    ]);
    expect(alternativeNames('URI:"http://a/, DNS:admin.test", DNS:b.test')).toEqual([
      'URI:http://a/, DNS:admin.test',
      'DNS:b.test',
    ]);
  });

  it('are none where the text is of another form', () => {
    expect(alternativeNames('DNS:a.test\nDNS:b.test;')).not.toContain('DNS:b.test');
    expect(alternativeNames('')).toEqual([]);
  });
});
