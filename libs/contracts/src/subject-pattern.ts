/** Whether a NATS pattern (`*` one token, trailing `>` one or more) covers a subject. */
export function subjectMatches(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.');
  const tokens = subject.split('.');
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === '>') return tokens.length > i;
    if (i >= tokens.length || (wanted[i] !== '*' && wanted[i] !== tokens[i])) return false;
  }
  return wanted.length === tokens.length;
}

/** One subject, no pattern that covers several. */
export function isLiteralSubject(text: string): boolean {
  return !/[*>\s]/.test(text);
}
