import type { EngineSummary } from '#contracts';

/** Its address until the daemon has said its name. */
export function shownName({ name, address }: Pick<EngineSummary, 'name' | 'address'>): string {
  return name === '' ? address : name;
}
