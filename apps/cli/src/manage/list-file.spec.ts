import { expect, it } from 'vitest';
import { listFileProblem } from './list-file.ts';

it('says of a discovery file that is not there what it is to be, and nothing of one that is or of other lists', () => {
  const problemOf = (discovery: string) => listFileProblem({ discovery, discoveryOpts: [] });
  expect(problemOf('file:///nowhere/fleet')).toBe(
    "failed to read '/nowhere/fleet': no such file or directory (it is to list the engines, one host:port a line)",
  );
  expect(problemOf(`file://${import.meta.filename}`)).toBeUndefined();
  expect(problemOf('10.0.0.1:2375')).toBeUndefined();
});
