const blockBytes = 512;

/** What a tar holds: `name size type`, one an entry. `undefined` when the bytes are no tar. Times and owners vary by host and say nothing. */
export function archiveEntries(bytes: Buffer): string[] | undefined {
  if (bytes.length < blockBytes || bytes.subarray(257, 262).toString('latin1') !== 'ustar') return undefined;
  const entries: string[] = [];
  for (let at = 0; at + blockBytes <= bytes.length; ) {
    const header = bytes.subarray(at, at + blockBytes);
    const name = text(header, 0, 100);
    if (name === '') break;
    const size = Number.parseInt(text(header, 124, 12), 8) || 0;
    entries.push(`${text(header, 345, 155)}${name} ${size} ${text(header, 156, 1)}`);
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
  }
  return entries;
}

function text(header: Buffer, from: number, length: number): string {
  const field = header.subarray(from, from + length).toString('latin1');
  return field.replace(/\0.*$/s, '').trim();
}
