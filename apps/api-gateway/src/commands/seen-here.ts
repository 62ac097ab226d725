import { BaleenError, type WrittenReply } from '#contracts';
import type { Fleet } from '../fleet.ts';

/**
 * Waits until this gateway's view has what the engine's owner says it has changed. Bounded and never rejecting: the engine has done it, whatever
 * becomes of its records.
 */
export async function seenHere(
  { commands, follower, logger }: Pick<Fleet, 'commands' | 'follower' | 'logger'>,
  engine: string,
  { sequence, awaits }: WrittenReply,
): Promise<void> {
  if (awaits === undefined) return follower.reached(sequence);
  if (await follower.hasNext({ engine, ...awaits })) return;
  try {
    // Its record came and went before the reply, or the log did not take it.
    await follower.reached(await commands.refresh(engine, { containers: [awaits.container] }));
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    logger.warn({ engine, container: awaits.container, err: error }, 'a container was changed and cannot be read again yet');
  }
}
