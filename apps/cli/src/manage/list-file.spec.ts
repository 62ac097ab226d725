import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { listFileProblem, listFileProblems } from './list-file.ts';

const absent = "failed to read '/nowhere/fleet': no such file or directory (it is to list the engines, one host:port a line)";

it('says of a discovery file that is not there what it is to be, and nothing of one that is or of other lists', () => {
  const problemOf = (discovery: string) => listFileProblem({ discovery, discoveryOpts: [] });
  expect(problemOf('file:///nowhere/fleet')).toBe(absent);
  expect(problemOf(`file://${import.meta.filename}`)).toBeUndefined();
  expect(problemOf('10.0.0.1:2375')).toBeUndefined();
});

it('says of a discovery file that is read all lines that are wrong', () => {
  const folder = mkdtempSync(join(tmpdir(), 'list-file-spec-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'fleet');
  writeFileSync(path, '10.0.0.1\n10.0.0.2:2375\n10.0.0.3:x\n');
  const problemsOf = (discovery: string) => listFileProblems({ discovery, discoveryOpts: [] });
  expect(problemsOf(`file://${path}`)).toEqual([
    `${path}, line 1: address 10.0.0.1: missing port in address`,
    expect.stringContaining(`${path}, line 3: address 10.0.0.3:x: the port must be`),
  ]);
  expect(problemsOf('file:///nowhere/fleet')).toEqual([absent]);
  expect(problemsOf('10.0.0.1:2375')).toEqual([]);
});
