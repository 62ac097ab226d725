import { expect, it } from 'vitest';
import { listProblems } from './list-file.ts';

it('says of every bad line of a discovery file its number and what is wrong', () => {
  const text = '\n# engines\n10.0.0.1:2375\n10.0.0.2 # no port\n\n  [::1\n10.0.0.[1:3]:2375\r\nfoo://x:1\n';
  expect(listProblems('/etc/fleet', text)).toEqual([
    '/etc/fleet, line 4: address 10.0.0.2: missing port in address',
    "/etc/fleet, line 6: address [::1: missing ']' in address",
    expect.stringMatching(/^\/etc\/fleet, line 8: address foo:\/\/x:1: no engine is reached by foo/),
  ]);
  expect(listProblems('/etc/fleet', '10.0.0.1:2375\n')).toEqual([]);
});

it('says of a file with more engines than a fleet may have that nothing of it is used, and of one that is no list enough to see it', () => {
  expect(listProblems('/f', 'a[1:99999]:1\nb[1:9]:1')).toEqual([expect.stringMatching(/^\/f: the list names more than 100000/)]);
  const problems = listProblems('/f', 'word\n'.repeat(50));
  expect(problems).toHaveLength(21);
  expect(problems.at(-1)).toBe('/f: and 30 lines more');
});
