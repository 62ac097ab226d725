import { labels } from '#contracts';

type Labels = Readonly<Record<string, string>>;

/** By which compose tells its containers apart (compose 1 and 2). */
export const composeProject = 'com.docker.compose.project';
const identity = [composeProject, 'com.docker.compose.service', 'com.docker.compose.container-number'];
/** What `compose run` made: it takes nobody's place. */
const composeOneOff = 'com.docker.compose.oneoff';

/** One of the numbered containers of a compose service, which may take the place of the one before. */
export function isServiceInstance(labelled: Labels): boolean {
  return identity.every((label) => (labelled[label] ?? '') !== '') && !isOneOff(labelled);
}

/**
 * Compose makes a changed service's container anew before it removes the one that has the number so far; of engines that is possible, since
 * they look at ports and devices when a container starts. So `successor` may have what `present` has.
 */
export function takesPlaceOf(successor: Labels, present: Labels): boolean {
  const isSame = [...identity, labels.owner].every((label) => (successor[label] ?? '') === (present[label] ?? ''));
  return isSame && isServiceInstance(successor) && !isOneOff(present);
}

function isOneOff(labelled: Labels): boolean {
  return labelled[composeOneOff]?.toLowerCase() === 'true';
}
