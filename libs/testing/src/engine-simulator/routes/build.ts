import type { Call } from '../http/call.ts';
import { serveH2 } from '../http/h2-peer.ts';
import type { Routes, Served, Takeover } from '../http/route.ts';

export const buildRoutes: Routes = { 'POST /grpc': { session: openGrpc } };

/** BuildKit's connection, as far as it tells that the daemon lives. */
function openGrpc({ onPing }: Served, _: Call, { socket, early }: Takeover): void {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
  serveH2(socket, early, onPing);
}
