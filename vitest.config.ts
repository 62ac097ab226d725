import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tools/test/longest-first.ts';

const minutes = (count: number) => count * 60_000;

/**
 * By itself vitest leaves one of two cores to its own process. Tests on real engines wait for them more than they work: two files at once halve
 * the wait, more than two miss their deadlines on two cores.
 */
const twoFilesAtOnce = { fileParallelism: true, maxWorkers: 2 };

/** What runs beside held load; contracts with NATS and stores wait more than they work. */
const threeFilesAtOnce = { fileParallelism: true, maxWorkers: 3 };

/** What meets real engines may be tried again where `npm test` says so. */
const onEngines = { retry: Number(process.env['BALEEN_TEST_RETRIES'] ?? 0) };

/** One project per test size (CONTRIBUTING.md); `npm run test:<size>` runs one, `npm test` all of them. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'apps/**/*.spec.ts',
            'libs/**/*.spec.ts',
            'tools/**/*.spec.ts',
            'test/golden/**/*.spec.ts',
            'test/docs/**/*.spec.ts',
            'test/bench/{load,report}/**/*.spec.ts',
            'test/diff/{compare,list,wire}/**/*.spec.ts',
            'test/fuzz/{requests,verdict}/**/*.spec.ts',
          ],
          isolate: false,
          testTimeout: 10_000,
          ...twoFilesAtOnce,
        },
      },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.spec.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          ...threeFilesAtOnce,
        },
      },
      {
        test: {
          name: 'discovery',
          include: ['test/discovery/**/*.spec.ts'],
          testTimeout: minutes(1),
          hookTimeout: minutes(1),
          ...threeFilesAtOnce,
        },
      },
      { test: { name: 'sim', include: ['test/simulation/**/*.spec.ts'], testTimeout: minutes(10), ...twoFilesAtOnce } },
      {
        test: {
          name: 'engine',
          ...onEngines,
          include: ['test/engine/**/*.spec.ts'],
          testTimeout: minutes(2),
          hookTimeout: minutes(3),
          ...threeFilesAtOnce,
        },
      },
      {
        test: {
          name: 'e2e',
          ...onEngines,
          include: ['test/e2e/**/*.spec.ts'],
          testTimeout: minutes(3),
          hookTimeout: minutes(3),
          ...twoFilesAtOnce,
        },
      },
      {
        test: {
          name: 'chaos',
          ...onEngines,
          include: ['test/chaos/**/*.spec.ts'],
          testTimeout: minutes(3),
          hookTimeout: minutes(3),
          // Its bounds are times: nothing of its priority may run beside it.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'load',
          include: ['test/load/**/*.spec.ts'],
          testTimeout: minutes(1),
          // The load runs in the hook, so that each thing said of it is a test of its own.
          hookTimeout: minutes(10),
          ...threeFilesAtOnce,
        },
      },
      {
        test: {
          name: 'clients',
          ...onEngines,
          include: ['test/clients/**/*.spec.ts'],
          // Minutes of it: `BALEEN_LONG=1 npm run test:clients`.
          exclude: process.env['BALEEN_LONG'] === '1' ? [] : ['test/clients/testcontainers-sessions.spec.ts'],
          globalSetup: ['test/clients/bed/shared-bed.ts'],
          testTimeout: minutes(3),
          hookTimeout: minutes(3),
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'diff',
          include: ['test/diff/matrix.spec.ts'],
          testTimeout: minutes(10),
          hookTimeout: minutes(5),
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'stack',
          ...onEngines,
          include: ['test/stack/**/*.spec.ts'],
          testTimeout: minutes(5),
          hookTimeout: minutes(10),
          ...twoFilesAtOnce,
        },
      },
    ],
  },
});
