import { statSync } from 'node:fs';

/** Tells one content of a file from the next without reading it: its inode, size and time. Never throws: a file that cannot be looked at has a signature too. */
export function fileSignature(path: string): string {
  try {
    const { ino, size, mtimeNs } = statSync(path, { bigint: true });
    return `${ino}:${size}:${mtimeNs}`;
  } catch (error) {
    // A folder above it that is none any more (ENOTDIR), may not be entered (EACCES), or leads in a circle (ELOOP).
    if (!(error instanceof Error && 'code' in error)) throw error;
    return `unreadable: ${String(error.code)}`;
  }
}
