/** How big a fleet is. */
export type FleetSize = { readonly engines: number; readonly containers: number };

/** What one machine's ports and memory hold. */
const enginesMax = 10_000;
const containersMax = 10_000;

/** `100x50`: engines, and containers on each. Throws with what is wrong. */
export function parseSize(text: string): FleetSize {
  const [, engines, containers] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  const size = { engines: Number(engines), containers: Number(containers) };
  const isSize = size.engines >= 1 && size.engines <= enginesMax && size.containers <= containersMax;
  if (!isSize) throw new Error(`${text} is no size: ENGINESxCONTAINERS, as in 100x50`);
  return size;
}

export function shownSize({ engines, containers }: FleetSize): string {
  return `${engines}x${containers}`;
}
