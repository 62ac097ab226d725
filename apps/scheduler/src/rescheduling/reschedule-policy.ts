import { type ContainerFacts, labels } from '#contracts';

/** off: stays where it was. The stateful one also moves containers that leave named local volumes behind. */
export type ReschedulePolicy = 'off' | 'on-node-failure' | 'on-node-failure-stateful';

/** The policy a container carries (spec 4.4). The gateway validates it at create; a label it did not write counts as `off`. */
export function policyOf(facts: Pick<ContainerFacts, 'labels'>): ReschedulePolicy {
  const text = facts.labels[labels.reschedulePolicies] ?? '';
  // Of nearly all containers: an error made for each would cost more than the rest of its record.
  if (text === '') return 'off';
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return 'off';
    throw error;
  }
  if (!Array.isArray(parsed) || parsed.length !== 1) return 'off';
  const [policy] = parsed as unknown[];
  return policy === 'on-node-failure' || policy === 'on-node-failure-stateful' ? policy : 'off';
}

/** Names the daemon gives to anonymous volumes. */
const anonymousVolume = /^[0-9a-f]{64}$/;

/** Named volumes whose data would stay behind. `isLocal` tells a volume's driver; unknown volumes count as local. */
export function volumesLeftBehind(facts: Pick<ContainerFacts, 'mounts'>, isLocal: (volume: string) => boolean): string[] {
  return facts.mounts
    .filter((mount) => mount.type === 'volume' && mount.name !== '' && !anonymousVolume.test(mount.name))
    .map((mount) => mount.name)
    .filter(isLocal);
}
