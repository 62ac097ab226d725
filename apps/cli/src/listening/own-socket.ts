import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A path for a unix socket in a folder for this user alone: how `manage` asks its first gateway where the others must show certificates. */
export class OwnSocket {
  readonly #folder: string;

  static make(): OwnSocket {
    return new OwnSocket(mkdtempSync(join(tmpdir(), 'baleen-manage-')));
  }

  private constructor(folder: string) {
    this.#folder = folder;
  }

  get path(): string {
    return join(this.#folder, 'gateway.sock');
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
