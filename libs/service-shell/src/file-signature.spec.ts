import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { fileSignature } from './file-signature.ts';

it('changes with the file, and is one also of what cannot be looked at', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baleen-signature-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  writeFileSync(at('file'), 'one');
  const before = fileSignature(at('file'));
  expect(fileSignature(at('file'))).toBe(before);
  writeFileSync(at('file'), 'another');
  expect(fileSignature(at('file'))).not.toBe(before);
  symlinkSync(at('circle'), at('circle'));
  const odd = [at('missing'), at('file/below'), at('circle/below')].map(fileSignature);
  expect(odd).toEqual(['unreadable: ENOENT', 'unreadable: ENOTDIR', 'unreadable: ELOOP']);
});
