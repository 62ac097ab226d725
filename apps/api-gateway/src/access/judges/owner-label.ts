import { labels } from '#contracts';
import { refused } from './judge.ts';

/** Labels that only the gateway writes, beyond `io.baleen.…`: by it containers are found, too. */
const reserved: ReadonlySet<string> = new Set([labels.swarmId]);

/** The labels of an object that a tenant makes, with its owner's. Throws access/refused for one that is the gateway's to write. */
export function ownedLabels(given: Readonly<Record<string, string>>, tenant: string): Record<string, string> {
  const odd = Object.keys(given).find((key) => key.startsWith('io.baleen.') || reserved.has(key));
  if (odd !== undefined) throw refused(`the label ${odd} is the gateway’s to set`);
  return { ...given, [labels.owner]: tenant };
}
