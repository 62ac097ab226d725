import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { JoinableStream } from './engine-transport.ts';
import { pour } from './pour.ts';

/**
 * Joins a client and an engine for a session: bytes both ways with back-pressure, the end of one direction passed on as the end of
 * that direction only (docker-api.md 1.2, half-close). `output` is what the engine sends when an HTTP parser reads from its
 * socket. Resolves when both connections are closed.
 */
export function joinSockets(client: JoinableStream, engine: JoinableStream, output: Readable = engine): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      if (client.closed && engine.closed) resolve();
    };
    const onClientClosed = () => {
      if (client.readableEnded) engine.destroySoon();
      else breakOff(engine);
      // A parser that nobody reads from any more would keep the connection.
      output.destroy();
      settle();
    };
    const onEngineClosed = () => {
      if (output.readableEnded) client.destroySoon();
      else if (output === engine || output.destroyed) breakOff(client);
      else output.once('end', () => client.destroySoon()).once('close', () => output.readableEnded || breakOff(client));
      settle();
    };
    client.once('close', onClientClosed);
    engine.once('close', onEngineClosed);
    // 'close' follows and decides.
    for (const stream of new Set([engine, output])) stream.on('error', () => engine.destroy());
    if (client.closed) onClientClosed();
    if (engine.closed) onEngineClosed();
    pour(output, client);
    pour(client, engine);
  });
}

/** A connection that broke breaks for the other side too: a mere end would look like the end of standard input or of the output. */
export function breakOff(stream: JoinableStream): void {
  const connection = stream instanceof TLSSocket ? connectionBelow(stream) : stream;
  const canReset = connection?.resetAndDestroy !== undefined && !connection.destroyed && isTcp(connection);
  if (canReset) connection.resetAndDestroy?.();
  // TLS without its own goodbye is a break too, for those who look.
  if (!canReset || connection !== stream) stream.destroy();
}

/** What an accepted TLS connection goes over; Node has no public name for it, and a TLS socket throws when it is reset itself. */
function connectionBelow(stream: TLSSocket): Socket | undefined {
  return (stream as { readonly _parent?: Socket | null })._parent ?? undefined;
}

/** Of Node's sockets only TCP ones know a reset; other streams that have the method mean it. */
function isTcp(stream: JoinableStream): boolean {
  return !(stream instanceof Socket) || stream.remotePort !== undefined;
}
