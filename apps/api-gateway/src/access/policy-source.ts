import { readFileSync } from 'node:fs';
import { type Policy, parsePolicy } from '#access';
import { BaleenError } from '#contracts';
import { type Clock, ConfigError, fileFailure, fileSignature, type Logger, SettledWatch } from '#service-shell';
import type { PolicyStanding } from './policy-standing.ts';

export type PolicySourceDeps = {
  readonly clock: Clock;
  readonly logger: Logger;
  /** A policy has taken the place of the one before. */
  readonly onChange: (policy: Policy) => void;
  readonly standing: PolicyStanding;
};

/** The policy of a file that is read again when it changes. One that cannot be used leaves the one before in force. */
export class PolicySource {
  readonly #path: string;
  readonly #deps: PolicySourceDeps;
  readonly #watch: SettledWatch;

  /** Throws ConfigError naming every problem of the file. */
  constructor(path: string, deps: PolicySourceDeps) {
    this.#path = path;
    this.#deps = deps;
    this.#watch = new SettledWatch(
      deps.clock,
      () => fileSignature(path),
      () => this.#readAnew(),
    );
    const policy = read(path);
    if (!('identities' in policy)) throw new ConfigError([`BALEEN_POLICY: ${path}: ${policy.problem}`]);
    deps.onChange(policy);
    this.#watch.start();
  }

  stop(): void {
    this.#watch.stop();
  }

  #readAnew(): void {
    const { logger, onChange, standing } = this.#deps;
    const policy = read(this.#path);
    standing.failure = 'identities' in policy ? undefined : { file: this.#path, failure: policy.problem };
    if ('identities' in policy) {
      onChange(policy);
      logger.info({ policy: this.#path }, 'the policy was read anew');
    } else {
      logger.error({ policy: this.#path, problem: policy.problem }, 'the changed policy cannot be used: the one before stays');
    }
  }
}

function read(path: string): Policy | { readonly problem: string } {
  try {
    return parsePolicy(readFileSync(path));
  } catch (error) {
    if (error instanceof BaleenError || (error instanceof Error && 'code' in error)) return { problem: fileFailure(error) };
    throw error;
  }
}
