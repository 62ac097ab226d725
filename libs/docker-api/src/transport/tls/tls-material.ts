import type { SecureContext } from 'node:tls';
import type { Logger } from '#service-shell';
import { readTlsFiles, secureContextOf, signatureOf, type TlsPaths } from './tls-files.ts';

/** Certificates of some files, read again when a file has changed. Files that cannot be used leave the ones before in force. */
export class TlsMaterial {
  readonly #paths: TlsPaths;
  readonly #verify: boolean;
  readonly #logger: Logger;
  #context: SecureContext | undefined;
  /** Of the files that were looked at last, good or bad. */
  #signature: string | undefined;

  constructor(paths: TlsPaths, verify: boolean, logger: Logger) {
    this.#paths = paths;
    this.#verify = verify;
    this.#logger = logger;
  }

  /** Looks at the files (three stats) and hands over the context for a new connection. Throws with the problems when none was ever good. */
  context(): SecureContext {
    const signature = signatureOf(this.#paths);
    if (this.#context !== undefined && signature === this.#signature) return this.#context;
    const { contents, problems } = readTlsFiles(this.#paths);
    if (problems.length === 0) {
      if (this.#context !== undefined) this.#logger.info({ files: this.#paths }, 'certificates for engines were read anew');
      this.#context = secureContextOf(contents, this.#verify);
    } else if (this.#context === undefined) {
      throw new Error(problems.join('; '));
    } else {
      this.#logger.error(
        { files: this.#paths, problems },
        'changed certificates for engines cannot be used: the ones before stay',
      );
    }
    this.#signature = signature;
    return this.#context;
  }
}
