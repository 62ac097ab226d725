import { type EngineRecord, engineKey } from '#contracts';
import { engineIdentity, engineRecord } from '#testing';

export type MemberOptions = {
  readonly state?: EngineRecord['state'];
  readonly reason?: string;
  readonly apiVersion?: string;
  readonly ip?: string;
};

/** Of an engine at this address, healthy as of now and of a usual size but for what is given. */
export function memberRecord(name: string, address: string, options: MemberOptions): EngineRecord {
  const now = Date.now();
  return engineRecord(engineKey(address), {
    address,
    state: options.state ?? 'healthy',
    ...(options.reason !== undefined && { reason: options.reason }),
    sinceMs: now,
    updatedAtMs: now,
    identity: engineIdentity(name, {
      id: `ID-${name}`,
      ip: options.ip ?? '10.0.0.1',
      cpus: 2,
      memoryBytes: 4 * 1024 ** 3,
      labels: { zone: 'a' },
      serverVersion: '28.5.2',
      apiVersion: options.apiVersion ?? '1.51',
    }),
  });
}
