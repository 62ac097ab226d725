/** What orders a terminal about: C0, DEL and C1, and what turns the direction of writing. */
const orders = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
const ordersButLines = /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** A text of somebody else's on one line of a terminal: what would be an order there is shown as JSON writes it, `\u001b`. */
export function printable(text: string): string {
  return text.replace(orders, escaped);
}

/** As `printable`, with its lines; JSON stays the JSON it was. */
export function printableLines(text: string): string {
  return text.replace(ordersButLines, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
