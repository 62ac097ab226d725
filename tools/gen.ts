import { writeFile } from 'node:fs/promises';
import { generatedDocuments } from './generate/documents.ts';

/** Writes every generated document; test/docs compares them with what is committed. */
for (const [path, text] of await generatedDocuments()) {
  await writeFile(new URL(`../${path}`, import.meta.url), text);
  console.log(path);
}
// The gateway that was asked for its metrics had a log in memory, whose records expire in minutes.
process.exit();
