import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

/**
 * Answers any GET with as many MiB as its query says (`?mib=1024`), in chunks as daemons make them, and swallows any upload: as fast as
 * Node can, so that the relay is what limits. Started by `fork`; says its address.
 */
const chunk = Buffer.concat([Buffer.from('8000\r\n'), Buffer.alloc(32 * 1024, 'x'), Buffer.from('\r\n')]);
const chunksPerMib = 32;
const batch = Buffer.concat(Array.from({ length: chunksPerMib }, () => chunk));
const lastChunk = '0\r\n\r\n';

const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  let head = '';
  const onHead = (bytes: Buffer) => {
    head += bytes.toString('latin1');
    if (!head.includes('\r\n\r\n')) return;
    socket.off('data', onHead);
    if (head.startsWith('GET')) send(socket, Number(/mib=(\d+)/.exec(head)?.[1] ?? 1));
    else swallow(socket, head);
  };
  socket.on('data', onHead);
});
server.listen(0, '127.0.0.1', () => process.send?.(`127.0.0.1:${(server.address() as AddressInfo).port}`));

// Whoever measures may be interrupted.
process.once('disconnect', () => process.exit(0));

function send(socket: Socket, mib: number): void {
  let left = mib;
  const more = (): void => {
    for (; left > 0; left--) {
      if (!socket.write(batch)) {
        left -= 1;
        socket.once('drain', more);
        return;
      }
    }
    socket.end(lastChunk);
  };
  socket.resume();
  socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n');
  more();
}

function swallow(socket: Socket, head: string): void {
  const answer = () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  if (head.endsWith(lastChunk)) {
    answer();
    return;
  }
  socket.on('data', (bytes: Buffer) => {
    if (bytes.toString('latin1', bytes.length - lastChunk.length) === lastChunk) answer();
  });
}
