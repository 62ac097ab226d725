import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What Node's own server does with nothing behind it: `/` is answered with two bytes, `/bytes/N` with N of them from one kept buffer. Started by
 * `fork`; says its address.
 */
const piece = Buffer.alloc(1024 ** 2, 'x');

const server = createServer({ keepAlive: true }, (request, response) => {
  const size = Number(/^\/bytes\/(\d+)$/.exec(request.url ?? '')?.[1] ?? 0);
  if (size === 0) {
    response.end('OK');
    return;
  }
  response.writeHead(200, { 'Content-Length': size });
  let left = size;
  const more = (): void => {
    for (; left > 0; left -= piece.length) {
      if (response.write(left < piece.length ? piece.subarray(0, left) : piece)) continue;
      left -= piece.length;
      response.once('drain', more);
      return;
    }
    response.end();
  };
  more();
});
server.listen(0, '127.0.0.1', () => process.send?.(`127.0.0.1:${(server.address() as AddressInfo).port}`));
// Whoever measures may be interrupted.
process.once('disconnect', () => process.exit(0));
