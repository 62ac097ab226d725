import { describe, expect, it } from 'vitest';
import { SingleFlight } from './single-flight.ts';

describe('a single flight', () => {
  it('does the work once for all who wait, and anew for who comes later', async () => {
    const flights = new SingleFlight<number>();
    let runs = 0;
    const work = async () => (await Promise.resolve(), ++runs);
    const { signal } = new AbortController();
    const both = [flights.join('a', signal, work), flights.join('a', signal, work)];
    expect(await Promise.all(both)).toEqual([1, 1]);
    expect(await flights.join('a', signal, work)).toBe(2);
  });

  it('goes on while one of them waits, and ends with the last', async () => {
    const flights = new SingleFlight<never>();
    let inner: AbortSignal | undefined;
    const work = (signal: AbortSignal) => {
      inner = signal;
      return new Promise<never>(() => undefined);
    };
    const [first, second] = [new AbortController(), new AbortController()];
    const [left, last] = [flights.join('a', first.signal, work), flights.join('a', second.signal, work)];
    first.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    expect(inner?.aborted).toBe(false);
    second.abort(new Error('gone'));
    await expect(last).rejects.toThrow('gone');
    expect(inner?.aborted).toBe(true);
  });
});
