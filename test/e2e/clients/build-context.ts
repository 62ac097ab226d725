import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Folders to build from, on this machine, removed together. */
export class BuildContexts {
  readonly #root = mkdtempSync(join(tmpdir(), 'baleen-build-'));
  #made = 0;

  /** A folder with these files, by their relative paths. */
  of(files: Readonly<Record<string, string>>): string {
    const folder = join(this.#root, String(++this.#made));
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return folder;
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}
