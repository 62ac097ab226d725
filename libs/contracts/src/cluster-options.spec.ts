import { expect, it } from 'vitest';
import { clusterOptionsText, defaultClusterOptions, parseClusterOptions } from './cluster-options.ts';

it('reads what is given, the last entry of a key, and leaves the rest as it is', () => {
  const text = 'swarm.overcommit=0.5;swarm.createretry=3; baleen.groups = a, b ;baleen.pull=all;swarm.overcommit=0.1;other=1';
  expect(clusterOptionsText.parse(text)).toEqual({
    ...defaultClusterOptions,
    overcommit: 0.1,
    createRetry: 3,
    pull: 'all',
    groupLabels: ['a', 'b'],
  });
});

it.each([
  ['swarm.overcommit=much', 'swarm.overcommit should be a number, "much" is invalid'],
  ['swarm.overcommit=', 'swarm.overcommit should be a number, "" is invalid'],
  ['swarm.overcommit=-2', 'swarm.overcommit should be larger than -1, -2.000000 is invalid'],
  ['swarm.createretry=1.5', 'swarm.createretry should be a whole number, "1.5" is invalid'],
  ['swarm.createretry=-1', 'swarm.createretry can not be negative, -1 is invalid'],
  ['swarm.createretry=11', 'swarm.createretry can not be more than 10, 11 is invalid'],
  ['swarm.cpushares=all', 'swarm.cpushares takes cores or shares, "all" is invalid'],
  ['swarm.overcommit', '--cluster-opt must contain key=value strings, not "swarm.overcommit"'],
])('refuses %s', (entry, message) => {
  expect(() => parseClusterOptions([entry])).toThrow(message);
  expect(clusterOptionsText.safeParse(entry).error?.issues).toMatchObject([{ message }]);
});
