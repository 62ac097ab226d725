import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, systemRandomness } from '#service-shell';
import { agentIdentity } from './agent-identity.ts';

describe('the identity of an agent', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baleen-identity-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is issued once and kept for its owner only', () => {
    const stateDir = join(folder, 'not', 'there', 'yet');
    const issued = agentIdentity(stateDir, systemRandomness);
    expect(issued).toEqual({ id: expect.stringMatching(/^[0-9a-f]{16}$/), file: join(stateDir, 'agent-id'), isIssued: false });
    expect(agentIdentity(stateDir, systemRandomness)).toEqual(issued);
    expect(statSync(issued.file).mode & 0o777).toBe(0o600);
    expect(readFileSync(issued.file, 'utf8')).toBe(`${issued.id}\n`);
  });

  it('is refused with the remedy when its folder cannot hold it', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => agentIdentity(file, systemRandomness)).toThrow(ConfigError);
    expect(() => agentIdentity(file, systemRandomness)).toThrow('name another folder with --state-dir (BALEEN_STATE_DIR)');
  });

  it('is refused, and not replaced, when what is kept is none', () => {
    writeFileSync(join(folder, 'agent-id'), 'rubbish\n');
    expect(() => agentIdentity(folder, systemRandomness)).toThrow('remove it to enrol this engine anew');
    expect(readFileSync(join(folder, 'agent-id'), 'utf8')).toBe('rubbish\n');
  });
});
