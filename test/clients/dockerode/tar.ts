const blockBytes = 512;

/** An archive of one file. */
export function tarOf(name: string, content: string): Buffer {
  const header = Buffer.alloc(blockBytes);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${Buffer.byteLength(content).toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const body = Buffer.alloc(Math.ceil(Buffer.byteLength(content) / blockBytes) * blockBytes);
  body.write(content);
  return Buffer.concat([header, body, Buffer.alloc(2 * blockBytes)]);
}

/** Content of an archive's first file. */
export function tarText(archive: Buffer): string {
  const size = Number.parseInt(archive.toString('latin1', 124, 135), 8);
  return archive.toString('utf8', blockBytes, blockBytes + size);
}
