import { createServer } from 'node:net';

/** A port that nobody listens on just now (loopback). With `count`, the first of that many free ones in a row. */
export async function freePort(count = 1): Promise<number> {
  for (;;) {
    const first = await listenOnce(0);
    const rest = Array.from({ length: count - 1 }, (_, index) => first + 1 + index);
    const taken = await Promise.all(
      rest.map((port) =>
        listenOnce(port).then(
          () => false,
          () => true,
        ),
      ),
    );
    if (!taken.includes(true)) return first;
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
