import type { SchedulerCall } from '#cluster-bus';
import { newOperation } from '../../commands/new-operation.ts';
import type { Fleet } from '../../fleet.ts';

/** Resolves once every gateway shows it. Errors: request/not-found, request/invalid when another has changed the node meanwhile. */
export async function updateNode(
  { scheduler, follower, randomness }: Fleet,
  update: Omit<SchedulerCall<'update-node'>, 'operation'>,
  signal: AbortSignal,
): Promise<void> {
  // One whose answer was lost is asked again, and must not be behind itself.
  await scheduler.ask('update-node', { operation: newOperation(randomness), ...update }, signal);
  await follower.barrier();
  await follower.known();
}
