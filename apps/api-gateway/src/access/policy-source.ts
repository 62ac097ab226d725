import { readFileSync } from 'node:fs';
import { type Policy, parsePolicy } from '#access';
import { BaleenError } from '#contracts';
import { type Clock, ConfigError, fileSignature, type Logger } from '#service-shell';

/** How often the file is looked at: one `stat`, so that a change counts within two looks. */
const lookIntervalMs = 1_000;

export type PolicySourceDeps = {
  readonly clock: Clock;
  readonly logger: Logger;
  /** A policy has taken the place of the one before. */
  readonly onChange: (policy: Policy) => void;
};

/** The policy of a file that is read again when it changes. One that cannot be used leaves the one before in force. */
export class PolicySource {
  readonly #path: string;
  readonly #deps: PolicySourceDeps;
  /** Of the file that was read last, good or bad. */
  #readSignature: string;
  /** As of the last look: while somebody writes it differs from one look to the next. */
  #seenSignature: string;
  #cancelLook: () => void;

  /** Throws ConfigError naming every problem of the file. */
  constructor(path: string, deps: PolicySourceDeps) {
    this.#path = path;
    this.#deps = deps;
    this.#readSignature = this.#seenSignature = fileSignature(path);
    const policy = read(path);
    if (!('identities' in policy)) throw new ConfigError([`BALEEN_POLICY: ${path}: ${policy.problem}`]);
    deps.onChange(policy);
    this.#cancelLook = this.#lookLater();
  }

  stop(): void {
    this.#cancelLook();
  }

  #lookLater(): () => void {
    return this.#deps.clock.after(lookIntervalMs, () => {
      this.#look();
      this.#cancelLook = this.#lookLater();
    });
  }

  #look(): void {
    const now = fileSignature(this.#path);
    const isSettled = now === this.#seenSignature;
    this.#seenSignature = now;
    if (!isSettled || now === this.#readSignature) return;
    this.#readSignature = now;
    const { logger, onChange } = this.#deps;
    const policy = read(this.#path);
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
    if (error instanceof BaleenError || (error instanceof Error && 'code' in error)) return { problem: error.message };
    throw error;
  }
}
