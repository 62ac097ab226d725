import type { ServerResponse } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import { FeedViewer } from './feed-viewer.ts';

/** A connection that takes what is written only when it is told to. */
class SlowResponse {
  readonly written: string[] = [];
  writableNeedDrain = false;
  destroyed = false;

  write(bytes: Buffer): void {
    this.written.push(bytes.toString());
  }

  destroy(): void {
    this.destroyed = true;
  }
}

let response: SlowResponse;
let viewer: FeedViewer;
const whole = () => Buffer.from('whole');
const tell = (change: string | undefined, nowMs = 0) =>
  viewer.tell(change === undefined ? undefined : Buffer.from(change), whole, nowMs);
beforeEach(() => {
  response = new SlowResponse();
  viewer = new FeedViewer(response as unknown as ServerResponse, Buffer.from('welcome '), Buffer.from('first'));
});

describe('a page that watches', () => {
  it('gets everything first and then each change', () => {
    tell('one');
    tell(undefined);
    tell('two');
    expect(response.written).toEqual(['welcome first', 'one', 'two']);
  });

  it('gets nothing while it is behind, and everything anew once it has caught up', () => {
    response.writableNeedDrain = true;
    tell('one');
    tell('two');
    response.writableNeedDrain = false;
    tell(undefined);
    tell('three');
    expect(response.written).toEqual(['welcome first', 'whole', 'three']);
  });

  it('is cut off after twenty seconds behind', () => {
    response.writableNeedDrain = true;
    tell('one', 0);
    tell('two', 20_000);
    expect(response.destroyed).toBe(false);
    tell(undefined, 20_001);
    expect(response.destroyed).toBe(true);
  });
});
