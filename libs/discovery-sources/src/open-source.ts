import { readFile } from 'node:fs/promises';
import type { ClusterLog } from '#cluster-log';
import type { Clock, Logger } from '#service-shell';
import { agentsSource } from './backends/agents.source.ts';
import { consulStore } from './backends/consul.backend.ts';
import { dnsStore } from './backends/dns.backend.ts';
import { etcdStore } from './backends/etcd.backend.ts';
import { fileSource } from './backends/file.source.ts';
import { nodesSource } from './backends/nodes.source.ts';
import { tokenStore } from './backends/token.backend.ts';
import { watchFile } from './backends/watch-file.ts';
import { zkStore } from './backends/zk.backend.ts';
import type { DiscoveryArgument } from './discovery-argument.ts';
import type { DiscoverySource } from './discovery-source.ts';
import { type WatchedStore, watchedSource } from './lists/watched-source.ts';
import { readTls } from './stores/store-tls.ts';

export type SourceContext = {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Time between two reads without a change, ms. */
  readonly heartbeatMs: number;
  /** Asked for only by `nats://`. */
  readonly log: () => ClusterLog;
};

/** The source a discovery argument names. Throws discovery/invalid when a file it needs cannot be read. */
export function openSource(argument: DiscoveryArgument, context: SourceContext): DiscoverySource {
  const { clock, heartbeatMs } = context;
  const { name } = argument;
  const watched = (store: WatchedStore) => watchedSource({ name, store, clock, heartbeatMs });
  switch (argument.kind) {
    case 'nodes':
      return nodesSource(argument.addresses);
    case 'file':
      return openFile(argument.name, argument.path, context);
    case 'etcd':
      return watched(etcdStore(argument.location, argument.tls && readTls(argument.tls)));
    case 'consul':
      return watched(consulStore(argument.location, argument.tls && readTls(argument.tls)));
    case 'zk':
      return watched(zkStore(argument.location, clock));
    case 'token':
      return watched(tokenStore(argument.location, argument.tls && readTls(argument.tls)));
    case 'dns':
      return watched(dnsStore(argument.location));
    case 'agents':
      return agentsSource(context.log(), clock);
  }
}

function openFile(name: string, path: string, { clock, heartbeatMs, logger }: SourceContext): DiscoverySource {
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
