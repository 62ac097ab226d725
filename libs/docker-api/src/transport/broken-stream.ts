import { Socket } from 'node:net';
import type { EngineStream } from './engine-transport.ts';

/** A connection that cannot come about: it fails like one that was tried, once its caller listens. */
export function brokenStream(error: Error): EngineStream {
  return new Socket().destroy(error);
}
