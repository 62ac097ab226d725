import { renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, silentLogger } from '#service-shell';
import { ManualClock } from '#testing';
import { policyFile, policyText } from './policy.builders.ts';
import { PolicySource } from './policy-source.ts';

function opened(path: string) {
  const clock = new ManualClock();
  const heard: string[] = [];
  const source = new PolicySource(path, {
    clock,
    logger: silentLogger(),
    onChange: ({ identities }) => heard.push(Object.keys(identities).join(' ')),
  });
  const change = (text: string) => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };
  return { clock, heard, source, change };
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

  it('stays when what comes after it cannot be used', () => {
    const { clock, heard, change } = opened(policyFile(only('a')));
    change(policyText().replace('"admin"', '"root"'));
    clock.advance(5_000);
    change(only('c'));
    clock.advance(5_000);
    expect(heard).toEqual(['a', 'c']);
  });

  it('keeps a gateway from starting when it cannot be used', () => {
    expect(() => opened(policyFile('{}'))).toThrow(ConfigError);
    expect(() => opened('/nowhere/policy.json')).toThrow(/BALEEN_POLICY: \/nowhere\/policy.json/);
  });
});
