const newline = 0x0a;
/** A log line longer than this is cut in two; none of ours comes near it. */
const lineMaxBytes = 1 << 20;

/** Puts the chunks of one process' output together into whole lines, so that lines of several processes never mix. */
export function lineAssembler(onLines: (lines: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = all.lastIndexOf(newline);
    if (end >= 0) onLines(all.subarray(0, end + 1));
    rest = all.subarray(end + 1);
    if (rest.length > lineMaxBytes) {
      onLines(Buffer.concat([rest, Buffer.of(newline)]));
      rest = Buffer.alloc(0);
    }
  };
}
