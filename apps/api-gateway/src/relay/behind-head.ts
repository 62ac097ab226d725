import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

/** A `send` of `EngineCall` for a body that has its framing already: `attach` gets the connection once the head is on its way. */
export function behindHead(attach: (connection: Socket) => void): (request: ClientRequest) => void {
  return (request) => {
    request.flushHeaders();
    // Node writes the head right after this event.
    request.once('socket', (socket) => process.nextTick(attach, socket));
  };
}
