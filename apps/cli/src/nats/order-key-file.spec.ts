import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { systemRandomness } from '#service-shell';
import { keptOrderKey, orderKeyPlace } from './order-key-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'baleen-order-key-'));

afterAll(() => rmSync(folder, { recursive: true }));

describe('the key of orders of manage', () => {
  it('is made once, for its owner only', () => {
    const file = join(folder, 'deep', 'orders.key');
    keptOrderKey(file, systemRandomness);
    const made = readFileSync(file, 'utf8');
    keptOrderKey(file, systemRandomness);
    expect(made).toMatch(/^[0-9a-f]{64}\n$/);
    expect(readFileSync(file, 'utf8')).toBe(made);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('outlives manage, whether or not its NATS does', () => {
    expect(orderKeyPlace('/srv/nats', 'default', {}, true)).toBe('/srv/nats/orders.key');
    expect(orderKeyPlace(undefined, 'default', {}, true)).toBe('/var/lib/baleen/default/orders.key');
    expect(orderKeyPlace(undefined, 'x', { XDG_STATE_HOME: '/state' }, false)).toBe('/state/baleen/x/orders.key');
  });
});
