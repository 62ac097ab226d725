/** A field of a protobuf message that has bytes: a string, a message, an entry of a map. */
export type BytesField = { readonly number: number; readonly bytes: Buffer };

const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** The fields with bytes, in order; numbers are passed over. Throws RangeError for a message that ends midway or is none. */
export function* bytesFields(message: Buffer): Generator<BytesField> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message.readUInt8(at);
      at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const key = varint();
    const [number, type] = [Math.floor(key / 8), key % 8];
    if (type === wireType.varint) varint();
    else if (type === wireType.fixed64) at += 8;
    else if (type === wireType.fixed32) at += 4;
    else if (type === wireType.bytes) {
      const length = varint();
      if (at + length > message.length) throw new RangeError('the message ends in a field');
      yield { number, bytes: message.subarray(at, at + length) };
      at += length;
    } else throw new RangeError(`fields of type ${type} are unknown`);
  }
}

/** An entry of a `map<string, string>`. */
export function mapEntry(bytes: Buffer): readonly [key: string, value: string] {
  let [key, value] = ['', ''];
  for (const field of bytesFields(bytes)) {
    if (field.number === 1) key = field.bytes.toString('utf8');
    if (field.number === 2) value = field.bytes.toString('utf8');
  }
  return [key, value];
}
