import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, silentLogger } from '#service-shell';
import { ManualClock } from '#testing';
import { policyFile, policyText } from './policy.builders.ts';
import { PolicySource } from './policy-source.ts';
import { PolicyStanding } from './policy-standing.ts';

function opened(path: string) {
  const clock = new ManualClock();
  const heard: string[] = [];
  const standing = new PolicyStanding();
  const source = new PolicySource(path, {
    clock,
    logger: silentLogger(),
    onChange: ({ identities }) => heard.push(Object.keys(identities).join(' ')),
    standing,
  });
  const change = (text: string) => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };
  return { clock, heard, source, change, standing };
}
const only = (name: string) => JSON.stringify({ identities: { [name]: { localSocket: true, role: 'admin' } } });

describe('the policy of a file', () => {
  it('is read anew two looks after it changed', () => {
    const { clock, heard, source, change } = opened(policyFile(only('a')));
    clock.advance(2_000);
    change(only('b'));
    clock.advance(1_000);
    expect(heard).toEqual(['a']);
    clock.advance(1_000);
    expect(heard).toEqual(['a', 'b']);
    source.stop();
  });

  it('stays when what comes after it cannot be used, which is told until it can', () => {
    const path = policyFile(only('a'));
    const { clock, heard, change, standing } = opened(path);
    expect(standing.failure).toBeUndefined();
    change(policyText().replace('"admin"', '"root"'));
    clock.advance(5_000);
    expect(standing.failure).toMatchObject({
      file: path,
      failure: expect.stringMatching(/^identities\.root\.role: write one of/),
    });
    rmSync(path);
    clock.advance(5_000);
    expect(standing.failure?.failure).toBe('no such file or directory');
    change(only('c'));
    clock.advance(5_000);
    expect(standing.failure).toBeUndefined();
    expect(heard).toEqual(['a', 'c']);
  });

  it('keeps a gateway from starting when it cannot be used', () => {
    expect(() => opened(policyFile('{}'))).toThrow(ConfigError);
    expect(() => opened('/nowhere/policy.json')).toThrow(/BALEEN_POLICY: \/nowhere\/policy.json/);
  });
});
