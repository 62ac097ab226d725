import { describe, expect, it } from 'vitest';
import { windowBytesPerMs, windowMaxBytes, windowNearBytes } from './limits.ts';
import { LinkLengths } from './link-lengths.ts';

const engine = 'engine-1';

describe('LinkLengths', () => {
  it('gives an unknown link the most', () => {
    expect(new LinkLengths().windowOf(engine)).toBe(windowMaxBytes);
  });

  it('goes by the shortest opening', () => {
    const links = new LinkLengths();
    for (const tookMs of [40, 5, 300]) links.note(engine, tookMs);
    expect(links.windowOf(engine)).toBe(5 * windowBytesPerMs);
  });

  it.each([
    { tookMs: 0.4, window: windowNearBytes },
    { tookMs: 2_000, window: windowMaxBytes },
  ])('keeps within its bounds at $tookMs ms', ({ tookMs, window }) => {
    const links = new LinkLengths();
    links.note(engine, tookMs);
    expect(links.windowOf(engine)).toBe(window);
  });

  it('believes a link that stays longer', () => {
    const links = new LinkLengths();
    links.note(engine, 1);
    for (let i = 0; i < 100; i++) links.note(engine, 8);
    expect(links.windowOf(engine)).toBe(windowNearBytes);
    links.note(engine, 8);
    expect(links.windowOf(engine)).toBe(8 * windowBytesPerMs);
  });

  it('keeps links apart', () => {
    const links = new LinkLengths();
    links.note(engine, 1);
    expect(links.windowOf('engine-2')).toBe(windowMaxBytes);
  });
});
