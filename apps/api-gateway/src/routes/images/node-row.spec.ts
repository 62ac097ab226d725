import { describe, expect, it } from 'vitest';
import { NodeRow } from './node-row.ts';

const words = { doing: 'Pulling', done: 'Pull complete', failed: 'Pull failed' };

describe('the row of a node', () => {
  it('counts layers and adds up their bytes, and is not told twice', () => {
    const row = new NodeRow('node-1', words);
    const told = [
      { id: 'a', status: 'Pulling fs layer' },
      { id: 'b', status: 'Already exists' },
      { id: 'a', status: 'Downloading', progressDetail: { current: 5, total: 10 } },
      { id: 'a', status: 'Download complete' },
      { id: 'a', status: 'Extracting', progressDetail: { current: 1, total: 10 } },
      { id: 'a', status: 'Pull complete' },
    ].map((line) => row.after(line));
    expect(told).toEqual([
      { id: 'node-1', status: 'Pulling 0/1 layers', progressDetail: {} },
      { id: 'node-1', status: 'Pulling 1/2 layers', progressDetail: {} },
      { id: 'node-1', status: 'Pulling 1/2 layers', progressDetail: { current: 5, total: 10 } },
      undefined,
      undefined,
      { id: 'node-1', status: 'Pulling 2/2 layers', progressDetail: {} },
    ]);
  });

  it('of a load is done with a layer when its bytes are', () => {
    const row = new NodeRow('node-1', { doing: 'Loading', done: 'Load complete', failed: 'Load failed' });
    const line = (current: number) => ({ id: 'a', status: 'Loading layer', progressDetail: { current, total: 10 } });
    expect([row.after(line(3)), row.after(line(10))].map((told) => told?.status)).toEqual([
      'Loading 0/1 layers',
      'Loading 1/1 layers',
    ]);
  });
});
