import { hash } from 'node:crypto';

/**
 * Which of the contenders a key belongs to: the one whose joint hash with it is highest (rendezvous hashing). Every process
 * computes the same from the same set; one contender more or less moves only the keys it wins or held. `undefined` without contenders.
 */
export function rendezvous(contenders: Iterable<string>, key: string): string | undefined {
  let best: string | undefined;
  let bestWeight = '';
  for (const contender of contenders) {
    const weight = hash('sha1', `${contender}\n${key}`);
    if (best === undefined || weight > bestWeight || (weight === bestWeight && contender > best)) {
      best = contender;
      bestWeight = weight;
    }
  }
  return best;
}
