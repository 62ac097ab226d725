import { describe, expect, it } from 'vitest';
import type { ContainerLine, ContainerPage } from '#contracts';
import { statusText, toneOf } from './container-status.ts';
import { loadContainers } from './load-containers.ts';

const line = (given: Partial<ContainerLine>): ContainerLine => ({
  id: 'a1',
  name: 'web',
  node: 'node-1',
  image: 'busybox',
  state: 'running',
  health: 'none',
  exitCode: 0,
  createdAtMs: 0,
  startedAtMs: 0,
  finishedAtMs: 0,
  ports: [],
  isPlaced: true,
  ...given,
});

describe('the status of a container', () => {
  it.each<[Partial<ContainerLine>, string, string]>([
    [{}, 'up 5m', 'good'],
    [{ health: 'unhealthy' }, 'up 5m, unhealthy', 'bad'],
    [{ state: 'exited', finishedAtMs: 240_000 }, 'exited (0) 1m ago', 'off'],
    [{ state: 'exited', exitCode: 137 }, 'exited (137)', 'bad'],
    [{ state: 'paused' }, 'paused', 'busy'],
  ])('of %o is %s and looks %s', (given, text, tone) => {
    expect([statusText(line(given), 300_000), toneOf(line(given))]).toEqual([text, tone]);
  });
});

describe('loading containers', () => {
  const pages = (given: readonly ContainerPage[]) => {
    const asked: number[] = [];
    const at = async (from: number) => {
      asked.push(from);
      return given[asked.length - 1] ?? { rows: [] };
    };
    return { at, asked };
  };

  it('goes on where a page found nothing among those it looked at', async () => {
    const { at, asked } = pages([
      { rows: [], next: 10_000 },
      { rows: [line({})], next: 20_000 },
    ]);
    expect(await loadContainers(at, 1)).toEqual({ rows: [line({})], hasMore: true });
    expect(asked).toEqual([0, 10_000]);
  });

  it('ends with the last page, and after twenty', async () => {
    expect(await loadContainers(pages([{ rows: [line({})] }]).at, 100)).toMatchObject({ hasMore: false });
    const endless = pages(Array.from({ length: 30 }, () => ({ rows: [], next: 1 })));
    expect(await loadContainers(endless.at, 1)).toMatchObject({ hasMore: true });
    expect(endless.asked).toHaveLength(20);
  });
});
