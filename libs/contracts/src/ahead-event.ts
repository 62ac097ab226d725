/**
 * Member that an engine's owner adds at the end of an event on `event.<key>` which leaves before its records are in the log: the event's
 * number among those of this owner. `settled.<key>` says of which numbers they are by then (docs/adr/0047). Clients never see it.
 */
const mark = ',"baleenAhead":';
const markBytes = Buffer.from(mark);
const numbered = /^,"baleenAhead":(\d{1,15})\}$/;
/** The mark, a number and a brace. */
const tailMax = mark.length + 16;

const closeBrace = 0x7d;
const end = Buffer.from('}');

/** The event's bytes with its number. */
export function aheadEvent(event: Buffer, serial: number): Buffer[] {
  return [event.subarray(0, event.lastIndexOf(closeBrace)), Buffer.from(`${mark}${serial}}`)];
}

/** The event as the daemon told it and its number; `undefined` = its records are in the log. */
export function splitAhead(bytes: Buffer): { readonly event: Buffer; readonly serial: number } | undefined {
  const from = bytes.lastIndexOf(markBytes);
  if (from < bytes.length - tailMax) return undefined;
  const serial = numbered.exec(bytes.toString('latin1', from))?.[1];
  return serial === undefined ? undefined : { event: Buffer.concat([bytes.subarray(0, from), end]), serial: Number(serial) };
}

/** What is said on `settled.<key>`: the records of the events of these numbers are in the log. */
export function settledNotice(serials: readonly number[]): Buffer {
  return Buffer.from(serials.join(' '));
}

/** The numbers; what is none is left out. */
export function readSettled(notice: Buffer): number[] {
  return notice.toString('latin1').split(' ').map(Number).filter(Number.isSafeInteger);
}
