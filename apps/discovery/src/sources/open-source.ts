import { readFile } from 'node:fs/promises';
import type { Clock, Logger } from '#service-shell';
import { parseDiscovery } from './discovery-argument.ts';
import type { DiscoverySource } from './discovery-source.ts';
import { fileSource } from './file.source.ts';
import { nodesSource } from './nodes.source.ts';
import { watchFile } from './watch-file.ts';

/** The source a discovery argument names. Throws discovery/invalid. */
export function openSource(argument: string, heartbeatMs: number, clock: Clock, logger: Logger): DiscoverySource {
  const parsed = parseDiscovery(argument);
  if (parsed.kind === 'nodes') return nodesSource(parsed.addresses);
  const { path, name } = parsed;
  return fileSource({
    name,
    path,
    heartbeatMs,
    clock,
    readText: (file) => readFile(file, 'utf8'),
    watch: (file, onChange) =>
      watchFile(file, onChange, (cause) => logger.warn({ err: cause, path }, 'changes are seen with the heartbeat only')),
  });
}
