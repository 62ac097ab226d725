import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const root = new URL('../../../', import.meta.url);
const Package = z.object({ version: z.string() });

/** The minor version at work, `0.1`. Its golden files grow with it; those of earlier ones never change. */
export const minorAtWork = Package.parse(JSON.parse(readFileSync(new URL('package.json', root), 'utf8')))
  .version.split('.')
  .slice(0, 2)
  .join('.');

/** `BALEEN_GOLDEN=write`: the files of the version at work are written anew. */
export const isWriting = process.env['BALEEN_GOLDEN'] === 'write';

/** Golden files of a folder beside this file, by minor version. */
export function goldenFiles(folder: string): { readonly minor: string; readonly url: URL }[] {
  const url = new URL(`${folder}/`, import.meta.url);
  const names = new Set([...readdirSync(url), `${minorAtWork}.json`]);
  return [...names].map((name) => ({ minor: name.replace(/\.json$/, ''), url: new URL(name, url) }));
}
