const blockBytes = 512;

/** The header block of a regular file (ustar). */
export function tarHeader(name: string, bytes: number): Buffer {
  const header = Buffer.alloc(blockBytes);
  header.write(name.slice(0, 99));
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** What follows a file of so many bytes up to the next header. */
export function tarPadding(bytes: number): Buffer {
  return Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes);
}

/** Ends an archive. */
export const tarEnd = Buffer.alloc(2 * blockBytes);

/** The first file of an archive, if all of it is here; `undefined` when it is not, or is none. */
export function firstFile(archive: Buffer): { readonly name: string; readonly content: Buffer } | undefined {
  if (archive.length < blockBytes || archive.toString('latin1', 257, 262) !== 'ustar') return undefined;
  const name = archive.toString('utf8', 0, 100).replace(/\0.*$/s, '');
  const bytes = Number.parseInt(archive.toString('latin1', 124, 135), 8);
  if (archive.length < blockBytes + bytes) return undefined;
  return { name, content: archive.subarray(blockBytes, blockBytes + bytes) };
}
