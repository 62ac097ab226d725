import type { Readable } from 'node:stream';
import { BaleenError } from '#contracts';

/** Everything a stream carries. Throws request/too-large above `maxBytes` and request/invalid when the sender stops midway. */
export function readWhole(stream: Readable, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (outcome: () => void) => {
      stream.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      outcome();
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else settle(() => reject(new BaleenError('request/too-large', `the body is larger than ${maxBytes} bytes`)));
    };
    const onEnd = () => settle(() => resolve(Buffer.concat(chunks)));
    const onBroken = (cause?: unknown) =>
      settle(() => reject(new BaleenError('request/invalid', 'the body ended before it was complete', { cause })));
    if (stream.readableEnded) return resolve(Buffer.alloc(0));
    if (stream.destroyed) return onBroken();
    stream.on('data', onData).once('end', onEnd).once('error', onBroken).once('close', onBroken);
  });
}
