import { BaleenError } from '#contracts';
import type { NameHolder } from '../fleet/name-index.ts';

/** Classic's sentence (spec 4.2), and the daemon's own where the holder is known, since clients look for `already in use by container`. */
export function nameTaken(name: string, holder: NameHolder): BaleenError {
  const classic =
    `Conflict: The name ${name} is already assigned. ` +
    `You have to delete (or rename) that container to be able to assign ${name} to a container again.`;
  const daemon =
    holder.container === '' ? '' : ` The container name "/${name}" is already in use by container "${holder.container}".`;
  return new BaleenError('placement/name-taken', classic + daemon, { details: { name, ...holder } });
}

/** The daemon's sentence, for the whole fleet: a network's name is unique in it (spec 9.3-34). */
export function networkExists(name: string): BaleenError {
  return new BaleenError('request/conflict', `network with name ${name} already exists`, { details: { name } });
}
