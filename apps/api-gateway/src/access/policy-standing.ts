import type { FileFailure } from '#contracts';

/** Whether the policy in force is the one of its file: the guard's source says it, the fleet's status tells it. */
export class PolicyStanding {
  /** Why the file, which has changed, cannot be used, so that the policy before stays in force; `undefined` = the file's is. */
  failure: FileFailure | undefined;
}
