import { z } from 'zod';
import { BaleenError } from './errors/baleen-error.ts';

/** `--cluster-opt` of classic (spec/classic-swarm.md 1.6) and Baleen's own; each process reads what it acts on. */
export type ClusterOptions = {
  /** Share of an engine's capacity that may be promised beyond it; 0.05 = 5 %. Larger than -1. */
  readonly overcommit: number;
  /** Plain repetitions of a create that an engine failed. */
  readonly createRetry: number;
  /** `cores`: `--cpu-shares n` asks for n cores, as classic read it; `shares`: weights that reserve nothing. */
  readonly cpuShares: 'cores' | 'shares';
  /** Where a pull goes that a client makes for its create: to the chosen engine, or to all. */
  readonly pull: 'chosen' | 'all';
  /** Labels whose equal values keep resources on one engine; empty = off. */
  readonly groupLabels: readonly string[];
};

export const defaultClusterOptions: ClusterOptions = {
  overcommit: 0.05,
  createRetry: 0,
  cpuShares: 'shares',
  pull: 'chosen',
  groupLabels: ['com.docker.compose.project', 'org.testcontainers.sessionId', 'org.testcontainers.session-id'],
};

/** More attempts than this would only hide a broken engine behind a slow client. */
const createRetryMax = 10;

/** Unknown keys pass, as with classic; the last entry of a key counts. Throws config/invalid, in classic's words where it had some. */
export function parseClusterOptions(entries: readonly string[]): ClusterOptions {
  const given = new Map(entries.map(keyAndValue));
  const read = <T>(key: string, parse: (value: string, key: string) => T, otherwise: T): T => {
    const value = given.get(key);
    return value === undefined ? otherwise : parse(value, key);
  };
  return {
    overcommit: read('swarm.overcommit', overcommit, defaultClusterOptions.overcommit),
    createRetry: read('swarm.createretry', createRetry, defaultClusterOptions.createRetry),
    cpuShares: read('swarm.cpushares', oneOf('cores', 'shares'), defaultClusterOptions.cpuShares),
    pull: read('baleen.pull', oneOf('chosen', 'all'), defaultClusterOptions.pull),
    groupLabels: read('baleen.groups', labelList, defaultClusterOptions.groupLabels),
  };
}

/** Entries as `parseClusterOptions` takes them, separated by `;`. */
export const clusterOptionsText = z.string().transform((text, context): ClusterOptions => {
  try {
    return parseClusterOptions(text.split(';').filter((entry) => entry.trim() !== ''));
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    context.addIssue(error.message);
    return defaultClusterOptions;
  }
});

function keyAndValue(entry: string): [string, string] {
  const split = entry.indexOf('=');
  if (split < 0) throw invalid(`--cluster-opt must contain key=value strings, not ${JSON.stringify(entry)}`);
  return [entry.slice(0, split).trim(), entry.slice(split + 1)];
}

function overcommit(value: string, key: string): number {
  const factor = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(factor)) throw invalid(`${key} should be a number, ${JSON.stringify(value)} is invalid`);
  if (factor <= -1) throw invalid(`${key} should be larger than -1, ${factor.toFixed(6)} is invalid`);
  return factor;
}

function createRetry(value: string, key: string): number {
  const count = /^[+-]?\d+$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isNaN(count)) throw invalid(`${key} should be a whole number, ${JSON.stringify(value)} is invalid`);
  if (count < 0) throw invalid(`${key} can not be negative, ${count} is invalid`);
  if (count > createRetryMax) throw invalid(`${key} can not be more than ${createRetryMax}, ${count} is invalid`);
  return count;
}

function oneOf<T extends string>(one: T, other: T) {
  return (value: string, key: string): T => {
    if (value === one) return one;
    if (value === other) return other;
    throw invalid(`${key} takes ${one} or ${other}, ${JSON.stringify(value)} is invalid`);
  };
}

function labelList(value: string): readonly string[] {
  const labels = value.split(',').map((label) => label.trim());
  return labels.filter((label) => label !== '');
}

function invalid(message: string): BaleenError {
  return new BaleenError('config/invalid', message);
}
