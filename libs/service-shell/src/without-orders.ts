/**
 * Lines of a log, in JSON, whose texts order a terminal about nothing but lines and tabs once they are read: engines and clients have a say in them.
 * What would be an order is written out, `\u001b`. Control characters stand in JSON escaped; DEL and C1 as they are, in UTF-8 C2 and a byte.
 */
export function withoutOrders(lines: Buffer): Buffer {
  const text = lines
    .toString('latin1')
    .replace(/\\(u00[01][\da-f]|[bfr])|\\./g, (whole, order?: string) => (order === undefined ? whole : `\\\\${order}`))
    .replace(/\x7f|\xc2[\x80-\x9f]/g, (bytes) => `\\\\u00${bytes.charCodeAt(bytes.length - 1).toString(16)}`);
  return Buffer.from(text, 'latin1');
}
