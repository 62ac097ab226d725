import { BaleenError, type PublishedPort } from '#contracts';
import type { Forwards } from '../../forwards/forwards.ts';
import { grantedDoorsteps } from '../../forwards/granted-doorsteps.ts';

/**
 * Ports drawn for a create that this gateway's machine cannot listen on (`61000/tcp`): others are to be drawn. Throws placement/port-taken for
 * one that the client named.
 */
export async function undrawable(
  forwards: Pick<Forwards, 'problems'>,
  published: readonly PublishedPort[],
): Promise<readonly string[]> {
  const problems = await forwards.problems(grantedDoorsteps(published));
  const named = problems.find(({ doorstep }) => published.some((port) => port.asked === String(doorstep.port)));
  if (named !== undefined) throw new BaleenError('placement/port-taken', named.reason);
  return problems.map(({ doorstep: { port, protocol } }) => `${port}/${protocol}`);
}
