import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/**
 * Calls back when a file changes, is replaced or appears. The folder is watched, since a watch on a file ends with its inode.
 * Best effort: where the system refuses, `onUnavailable` is told once and only the heartbeat is left.
 */
export function watchFile(path: string, onChange: () => void, onUnavailable: (cause: unknown) => void): { stop(): void } {
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name === null || name === basename(path)) onChange();
    });
    watcher.on('error', onUnavailable);
    return { stop: () => watcher.close() };
  } catch (error) {
    onUnavailable(error);
    return { stop: () => undefined };
  }
}
