import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemRandomness } from '#service-shell';
import { keepJoinAddress, keptLogin } from './nats-door.ts';

describe('the door for agents', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baleen-door-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps its password over restarts', () => {
    const dir = join(folder, 'nats');
    const login = keptLogin(dir, systemRandomness);
    expect(login.password).toMatch(/^[0-9a-f]{48}$/);
    expect(keptLogin(dir, systemRandomness)).toEqual(login);
    expect(statSync(join(dir, 'password')).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir)).toEqual(['password']);
  });

  it.each(['', '\n', 'ab12\n'])('does not open with what is no password, and does not replace it: %j', (kept) => {
    const file = join(folder, 'password');
    writeFileSync(file, kept);
    expect(() => keptLogin(folder, systemRandomness)).toThrow(`${file} holds no password of Baleen`);
    expect(readFileSync(file, 'utf8')).toBe(kept);
  });

  it('writes what agents dial for its owner only', () => {
    const file = keepJoinAddress(folder, { host: 'fd00::1', port: 4222 }, { user: 'baleen', password: 'ab12' });
    expect(readFileSync(file, 'utf8')).toBe('nats://baleen:ab12@[fd00::1]:4222\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
