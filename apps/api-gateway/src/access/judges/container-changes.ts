import { z } from 'zod';
import { BaleenError } from '#contracts';
import { isFalse, replaceMembers } from '#docker-api';
import { matchContainer } from '../../fleet-view/lookup/container-lookup.ts';
import { configShape, execShape, updateShape } from './body-shapes.ts';
import { isPlainUser, requireAllowed } from './container-rules.ts';
import { refuseLabelling } from './image-instructions.ts';
import { type Amended, type Asked, refused, type TenantCase } from './judge.ts';
import { LimitedHost } from './limited-host.ts';
import { ownContainer } from './own-references.ts';
import { ownedLabels } from './owner-label.ts';
import { refuseSwap } from './quotas.ts';
import { objectBytes, readJudged } from './read-judged.ts';

/** An update says resources only; 0 leaves one as it is, less lifts the limit. */
export function judgeUpdate(asked: Asked, by: TenantCase): Amended {
  const resources = readJudged(asked, updateShape, LimitedHost);
  requireAllowed(resources, by.policy.containers);
  if (resources.PidsLimit < 0)
    throw refused(`an update that lifts the limit of processes: it is ${by.policy.containers.pids}`, 'containers.pids');
  const { quotas } = by.policy;
  const { Memory, MemorySwap, NanoCpus } = resources;
  if (quotas.memoryBytes !== undefined && Memory < 0)
    throw refused('there is a quota of memory, and the update lifts the limit', 'quotas.memoryBytes');
  if (quotas.cpus !== undefined && NanoCpus < 0)
    throw refused('there is a quota of CPUs, and the update lifts the limit', 'quotas.cpus');
  const now = matchContainer(by.own, asked.params['id'] ?? '')?.facts.resources;
  refuseSwap(quotas, { Memory: Memory > 0 ? Memory : (now?.memoryBytes ?? 0), MemorySwap });
  return {};
}

export const ExecBody = z.looseObject({ User: z.string().nullish(), Privileged: z.boolean().nullish() });

export function judgeExec(asked: Asked, { policy }: TenantCase): Amended {
  const { User, Privileged } = readJudged(asked, execShape, ExecBody);
  if (Privileged && !policy.containers.privileged) throw refused('privileged exec', 'containers.privileged');
  // Without a user it is the container's own, which its create had to say.
  if (policy.containers.users === 'non-root' && User && !isPlainUser(User))
    throw refused('an exec as a user other than a number above 0 (--user 1000)', 'containers.users');
  return {};
}

export const CommitBody = z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() });

/** The image belongs to whom the container does, whatever the client says of its labels, and is named as the tenant may name images. */
export function judgeCommit(asked: Asked, by: TenantCase): Amended {
  const { query } = asked;
  const body = readJudged(asked, configShape, CommitBody);
  const repository = query.get('repo') ?? '';
  if (repository !== '' && !by.scope.ownsName(repository))
    throw refused(`naming an image ${repository}: it is none of the tenant’s own repositories`, 'images.own');
  refuseLabelling(query);
  const reference = query.get('container') ?? '';
  if (reference === '') throw new BaleenError('request/invalid', 'invalid name or ID supplied: ""');
  const amended = new URLSearchParams(query);
  amended.set('container', ownContainer(by, reference));
  const labels = JSON.stringify(ownedLabels(body.Labels ?? {}, by.scope.tenant));
  return { query: amended, bytes: replaceMembers(objectBytes(asked), { Labels: labels }) };
}

/** A link is removed by names, which an engine would look up among all. */
export function judgeContainerRemove({ query }: Asked): Amended {
  if (!isFalse(query.get('link') ?? '')) throw refused('removing links');
  return {};
}
