import type { FileFailure } from '#contracts';

/** Whether the policy in force is the one of its file: the guard's source says it, the fleet's status tells it. */
export class PolicyStanding {
  /** Since when the file changed into one that cannot be used; `undefined` = it is in force. */
  failure: FileFailure | undefined;
}
