import { describe, expect, it } from 'vitest';
import { compareJson } from './compare-json.ts';
import { Pairing } from './pairing.ts';

const one = `1${'a'.repeat(63)}`;
const two = `2${'b'.repeat(63)}`;
const fields = (bare: unknown, baleen: unknown, pairing = new Pairing()) =>
  compareJson(bare, baleen, pairing).map(({ field }) => field);

describe('comparing JSON of two hosts', () => {
  it('takes ids, times, addresses and measurements as equal, and nothing else', () => {
    const bare = { Id: one, Created: '2026-01-01T00:00:00Z', IP: '172.17.0.2', State: { Pid: 7, ExitCode: 0 } };
    const baleen = { Id: two, Created: '2026-02-02T00:00:00.5Z', IP: '172.17.0.9', State: { Pid: 9, ExitCode: 1 } };
    expect(fields(bare, baleen)).toEqual(['body $.State.ExitCode']);
    expect(fields({ execDuration: '1' }, { execDuration: '12' })).toEqual([]);
    expect(fields({ execDuration: '1' }, { execDuration: '' })).toEqual(['body $.execDuration']);
  });

  it('tells members that only one side has', () => {
    expect(fields({ a: 1 }, { b: 1 })).toEqual(['body $.a', 'body $.b']);
  });

  it('tells null from absent and the zero time from a time', () => {
    expect(fields({ a: null }, {})).toEqual(['body $.a']);
    expect(fields({ at: '0001-01-01T00:00:00Z' }, { at: '2026-01-01T00:00:00Z' })).toEqual(['body $.at']);
  });

  it('compares named things by their names, and other lists by their order', () => {
    expect(fields([{ Name: 'a' }, { Name: 'b', x: 1 }], [{ Name: 'b', x: 2 }, { Name: 'a' }])).toEqual(['body $.b.x']);
    expect(fields(['a', 'b'], ['b', 'a'])).toEqual(['body $[0]', 'body $[1]']);
    expect(fields(['a'], ['a', 'b'])).toEqual(['body $.length']);
  });

  it('tells when the same object gets another id later on', () => {
    const pairing = new Pairing();
    expect(fields({ Id: one }, { Id: two }, pairing)).toEqual([]);
    expect(
      fields({ text: `No such container: ${one.slice(0, 12)}` }, { text: `No such container: ${two.slice(0, 12)}` }, pairing),
    ).toEqual([]);
    expect(fields({ Id: one }, { Id: one }, pairing)).toEqual(['body $.Id']);
  });
});
