import type { Socket } from 'node:net';
import { Transform } from 'node:stream';
import { type EngineStream, joinSockets } from '#docker-api';
import { goAwayFrame } from './go-away-frame.ts';
import { buildArgsOf } from './solve-request.ts';
import { SolveWatch } from './solve-watch.ts';

export type SolveGateOptions = {
  /** Runs when a solve has ended; its client hears of the end once this resolves. Never rejects. */
  readonly onSolved: () => Promise<void>;
  /** Judges the build args of a solve; resolves with the reason where they cannot be honoured. Never rejects. */
  readonly judge: (buildArgs: Readonly<Record<string, string>>) => Promise<string | undefined>;
  /** Aborts when the engine is known not to go on. */
  readonly lost: AbortSignal;
  /** Why the engine's side ended before its client's. */
  readonly whyBroken: () => string;
};

/**
 * Joins a `/grpc` connection to the engine's: bytes as they are, but the end of a solve waits until its image is known to the fleet. A
 * solve that cannot be as its client wants ends the connection. That, and an
 * engine that ends the connection first is told of in a last frame, which gRPC clients put into their error.
 */
export function joinThroughSolveGate(client: Socket, engine: EngineStream, options: SolveGateOptions): Promise<void> {
  const { onSolved, judge, lost, whyBroken } = options;
  let refusal: string | undefined;
  const watch = new SolveWatch(async (request) => {
    refusal ??= await judge(buildArgsOf(request));
    if (refusal !== undefined) engine.destroy();
  });
  const gate = new Transform({
    async transform(chunk: Buffer, _encoding, done) {
      if (watch.engineSends(chunk)) await onSolved();
      done(null, chunk);
    },
  });
  // Before it is piped: what the engine answers to is seen first.
  client.on('data', (chunk: Buffer) => watch.clientSends(chunk));
  engine.pipe(gate, { end: false });
  const end = () => {
    if (gate.writableEnded) return;
    gate.end(client.readableEnded || !watch.isBetweenEngineFrames ? undefined : goAwayFrame(refusal ?? whyBroken()));
  };
  engine.once('end', end);
  engine.once('close', end);
  const breakOff = () => engine.destroy();
  if (lost.aborted) breakOff();
  lost.addEventListener('abort', breakOff, { once: true });
  return joinSockets(client, engine, gate);
}
