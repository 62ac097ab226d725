import fc from 'fast-check';

const firstSurrogate = 0xd800;
const lastSurrogate = 0xdfff;
const lastCharacter = 0x10_ff_ff;

/**
 * Any character that UTF-8 can say. fast-check's own unit `binary` takes a second to begin with: it keeps a map of a million characters, to
 * shrink texts that it did not make.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .oneof(fc.integer({ max: firstSurrogate - 1, min: 0 }), fc.integer({ max: lastCharacter, min: lastSurrogate + 1 }))
  .map((code) => String.fromCodePoint(code));
