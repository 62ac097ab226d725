import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { packRequest, readSealedRequest, sealRequest } from './original-request.ts';

const key = Buffer.alloc(32, 1);
const other = Buffer.alloc(32, 2);
const original = { name: 'web', platform: '', apiVersion: '1.51', body: { Image: 'busybox' } };
const sealed = sealRequest(packRequest(original), 'op-1', key);
const problem = (label: string, operation = 'op-1') => {
  const read = readSealedRequest(label, operation, [key]);
  return 'problem' in read ? read.problem : undefined;
};

describe('an original request', () => {
  it('is read back for the operation and by any of the keys that it was sealed with', () => {
    expect(readSealedRequest(sealed, 'op-1', [other, key])).toEqual({ request: original });
  });

  it('is none of ours without a seal, as engines and images can write it', () => {
    const forged = gzipSync(JSON.stringify({ ...original, body: { HostConfig: { Privileged: true } } })).toString('base64');
    expect(problem('')).toContain('no original request');
    expect(problem(forged)).toContain('has no seal');
    expect(problem(sealRequest(forged, 'op-1', other))).toContain('was not sealed for it by this fleet');
    expect(problem(`${forged}.${sealed.split('.')[1]}`)).toContain('was not sealed');
    expect(problem(`${sealed}00`)).toContain('was not sealed');
  });

  it('orders nothing on a container of another operation', () => {
    expect(problem(sealed, 'op-2')).toContain('was not sealed');
  });

  it('inflates to a bounded size', () => {
    const bomb = sealRequest(gzipSync(Buffer.alloc(5 * 1024 * 1024)).toString('base64'), 'op-1', key);
    expect(problem(bomb)).toContain('cannot be read');
  });
});
