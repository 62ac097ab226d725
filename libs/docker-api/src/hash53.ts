/**
 * A number below 2^53 for byte strings, each with its end: cyrb53 (bryc, public domain), spread well and without a call out of JavaScript, which costs more
 * than the hundred bytes. Not for what somebody gains by a collision.
 */
export function hash53(parts: readonly (Uint8Array | undefined)[]): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  const take = (byte: number) => {
    high = Math.imul(high ^ byte, 2_654_435_761);
    low = Math.imul(low ^ byte, 1_597_334_677);
  };
  for (const part of parts) {
    if (part !== undefined) for (let at = 0; at < part.length; at++) take(part[at] ?? 0);
    take(endOfPart);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return (low & 0x1f_ff_ff) * 2 ** 32 + (high >>> 0);
}

/** No byte. */
const endOfPart = 256;
