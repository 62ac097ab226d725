/** Help texts that several commands end with. */
export const discoveryForms = `
Discovery:
  [nodes://]<ip>:<port>,<ip>:<port>     a list; one range an item: 10.0.0.[1:9]:2375
  unix:///var/run/docker.sock           the engine of this machine
  tls://<ip>:<port>, ssh://[user@]host[:port][/path/docker.sock]
                                        an engine over TLS whatever --tls says, or through ssh; also in lists and files
  file://<path>                         one node a line, # comments, watched
  etcd://<ip>,<ip>[/<prefix>]           a registry in etcd (v3 API)
  consul://<ip>[/<prefix>]              a registry in Consul
  zk://<ip>,<ip>[/<prefix>]             a registry in ZooKeeper
  token://<host>[/<path>]/<token>       a token service; token+http:// without TLS (baleen create mints a token)
  dns://<name>:<port>                   A and AAAA records of a name
  dns://_<service>._<proto>.<name>      SRV records
  nats://                               only engines whose agents joined over NATS (they are members in any case)`;

export const discoveryOptions = `

Discovery options (--discovery-opt key=value):
  kv.path=docker/swarm/nodes            etcd, consul, zk: folder of the entries below the prefix
  kv.cacertfile=, kv.certfile=, kv.keyfile=   etcd, consul, token: TLS to the store (PEM files)
  dns.server=<ip>:<port>                dns: server to ask instead of the machine's`;
