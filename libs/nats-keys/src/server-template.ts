/** A container's whole inspect, or a chunk of an engine's inventory, fits in one message. */
export const natsMaxPayloadBytes = 8 * 1024 * 1024;

/**
 * Configuration of a nats-server of a secured fleet, for `--config`; trust.conf lies beside it. What differs between servers are flags: a cluster
 * takes `--name`, `--cluster_name`, `--cluster` and `--routes`, TLS `--tls`, `--tlscert` and `--tlskey` (see docker-compose.ha.yml).
 */
export const serverTemplate = `# Written by baleen nats-keys at each call: put what is yours into flags of nats-server, or into a file that includes this one.
# All data is in /data. Another folder: that file says jetstream and resolver again, behind its include; the flag --store_dir is refused.
http: 127.0.0.1:8222
# A container's whole inspect, or a chunk of an engine's inventory, fits in one message.
max_payload: ${natsMaxPayloadBytes}
jetstream { store_dir: /data }
include trust.conf
`;
