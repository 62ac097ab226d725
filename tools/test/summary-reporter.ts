import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** What `tools/test.mjs` reads of a project's run. */
export type RunSummary = {
  passed: number;
  failed: number;
  skipped: number;
  failures: string[];
  /** Passed, but not at the first try. */
  retried: string[];
};

/** Writes the run's summary to the file named by BALEEN_TEST_SUMMARY. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const summary: RunSummary = { passed: 0, failed: 0, skipped: 0, failures: [], retried: [] };
    for (const module of modules) addModule(summary, module);
    for (const error of unhandledErrors) addFailure(summary, `error outside of any test: ${error.message}`);
    const file = process.env['BALEEN_TEST_SUMMARY'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(summary));
  }
}

function addModule(summary: RunSummary, module: TestModule): void {
  const failedBefore = summary.failed;
  for (const test of module.children.allTests()) {
    const name = `${module.relativeModuleId} > ${test.fullName}`;
    const { state } = test.result();
    if (state === 'failed') addFailure(summary, name);
    else if (state === 'passed') summary.passed += 1;
    else summary.skipped += 1;
    if (test.diagnostic()?.flaky === true) summary.retried.push(name);
  }
  // A file that could not be loaded, or whose hooks failed, has no failed test to show for it.
  if (module.state() === 'failed' && summary.failed === failedBefore) addFailure(summary, module.relativeModuleId);
}

function addFailure(summary: RunSummary, name: string): void {
  summary.failed += 1;
  summary.failures.push(name);
}
