import { BaleenError } from '#contracts';
import type { Clock } from '#service-shell';
import { consulRegistry } from './backends/consul.backend.ts';
import { etcdRegistry } from './backends/etcd.backend.ts';
import { tokenRegistry } from './backends/token.backend.ts';
import { zkRegistry } from './backends/zk.backend.ts';
import type { DiscoveryArgument } from './discovery-argument.ts';
import type { DiscoveryRegistry } from './discovery-source.ts';
import { readTls } from './stores/store-tls.ts';

/** The writing side of a discovery. Throws discovery/invalid when it has none, or when a file it needs cannot be read. */
export function openRegistry(argument: DiscoveryArgument, clock: Clock): DiscoveryRegistry {
  switch (argument.kind) {
    case 'etcd':
      return etcdRegistry(argument.location, argument.tls && readTls(argument.tls));
    case 'consul':
      return consulRegistry(argument.location, argument.tls && readTls(argument.tls));
    case 'zk':
      return zkRegistry(argument.location, clock);
    case 'token':
      return tokenRegistry(argument.location, argument.tls && readTls(argument.tls));
    case 'nodes':
      throw notImplemented('list the engine in the discovery argument of baleen manage');
    case 'file':
      throw notImplemented('write the engine into the file');
    case 'dns':
      throw notImplemented('add a record to the zone');
    case 'agents':
      throw notImplemented('use baleen join --nats <url>');
  }
}

function notImplemented(remedy: string): BaleenError {
  return new BaleenError('discovery/invalid', `not implemented in this discovery service: ${remedy}`);
}
