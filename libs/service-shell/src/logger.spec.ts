import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';

function logged(fields: object): string {
  const lines: string[] = [];
  createLogger('app', 'instance', 'info', { write: (line) => lines.push(line) }).info(fields, 'message');
  return lines.join('');
}

function syntaxErrorOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

describe('a log line', () => {
  it.each(['hunter2', '{"password":hunter2}', `["${'x'.repeat(50)}", hunter2, "${'y'.repeat(50)}"]`])(
    'never quotes what JSON.parse could not read: %s',
    (text) => {
      const error = syntaxErrorOf(text);
      const said = [{ err: error }, { err: new Error('the answer cannot be read', { cause: error }) }].map(logged);
      expect(said.join('')).not.toContain('hunter2');
      expect(said[0]).toContain('a text is not valid JSON');
      expect(said[0]).toContain('logger.spec.ts');
      expect(said[1]).toContain('the answer cannot be read');
    },
  );

  it('has no secret, and every other error as it is', () => {
    expect(logged({ token: 'hunter2', err: new SyntaxError('a message is longer than 7 bytes') })).toMatch(
      /^(?!.*hunter2).*a message is longer than 7 bytes/,
    );
  });
});
