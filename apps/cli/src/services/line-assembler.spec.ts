import { describe, expect, it } from 'vitest';
import { lineAssembler } from './line-assembler.ts';

describe('a line assembler', () => {
  it('hands on whole lines only', () => {
    const lines: string[] = [];
    const write = lineAssembler((whole) => lines.push(whole.toString()));
    for (const chunk of ['a', 'b\nc', 'd\ne\n', 'f']) write(Buffer.from(chunk));
    expect(lines).toEqual(['ab\n', 'cd\ne\n']);
  });
});
