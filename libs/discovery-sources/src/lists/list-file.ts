import { BaleenError } from '#contracts';
import { fileFailure } from '#service-shell';
import { readItems } from './node-list.ts';

/** Of a file that is no list each line is bad: whoever reads this many has seen what is wrong. */
const shownMax = 20;

/** Says why a discovery file could not be read, and what to do. */
export function listFileFailure(path: string, error: unknown): BaleenError {
  const message = `failed to read '${path}': ${fileFailure(error)} (it is to list the engines, one host:port a line)`;
  return new BaleenError('discovery/unavailable', message, { cause: error });
}

/** What a discovery file lists, one address or range each. */
export function linesOf(text: string): string[] {
  return itemsOf(text).map(({ item }) => item);
}

/** What is wrong with the text of the discovery file at `path`, each line by its number; empty = all of it can be used. */
export function listProblems(path: string, text: string): string[] {
  const items = itemsOf(text);
  const ofLines = items.flatMap(({ item, line }) => problemsOf([item]).map((problem) => `${path}, line ${line}: ${problem}`));
  const problems = ofLines.length > 0 ? ofLines : problemsOf(items.map(({ item }) => item)).map((each) => `${path}: ${each}`);
  const more = problems.length - shownMax;
  return more > 0 ? [...problems.slice(0, shownMax), `${path}: and ${more} lines more`] : problems;
}

function itemsOf(text: string): { readonly item: string; readonly line: number }[] {
  return text
    .split('\n')
    .map((written, index) => ({ item: written.replace(/#.*$/s, '').trim(), line: index + 1 }))
    .filter(({ item }) => item !== '');
}

function problemsOf(items: readonly string[]): string[] {
  try {
    return readItems(items, { ranges: true }).problems.map(({ message }) => message);
  } catch (error) {
    if (error instanceof BaleenError) return [error.message];
    throw error;
  }
}
