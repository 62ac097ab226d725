import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { generatedDocuments } from '../../tools/generate/documents.ts';

const documents = await generatedDocuments();

it.each([...documents])('%s says what the code says (else: npm run gen)', async (path, text) => {
  expect(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(text);
});
