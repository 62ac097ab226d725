/** Heads of requests, and bodies, as `exchange` sends them. */
export function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`;
}

/** Its body follows in chunks. */
export function upload(method: 'PUT' | 'POST', path: string): string {
  return `${method} ${path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n\r\n`;
}

/** Makes, at that address, an exec with input and output in that container; the request starts it. */
export async function execStart(engine: string, container: string, command: readonly string[]): Promise<string> {
  const made = await fetch(`http://${engine}/containers/${container}/exec`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ Cmd: command, AttachStdin: true, AttachStdout: true, Tty: false }),
  });
  const { Id } = (await made.json()) as { Id: string };
  const fields = 'Host: bench\r\nContent-Type: application/json\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2';
  return `POST /exec/${Id}/start HTTP/1.1\r\n${fields}\r\n\r\n{}`;
}

/** An archive with one file of so many pieces. */
export function tarOf(piece: Buffer, pieces: number): Buffer {
  const header = Buffer.alloc(512);
  header.write('in');
  header.write('0000644\0', 100);
  header.write(`${(piece.length * pieces).toString(8).padStart(11, '0')}\0`, 124);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, ...Array.from({ length: pieces }, () => piece), Buffer.alloc(1024)]);
}
