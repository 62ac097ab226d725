import { isLiteralSubject } from '../subject-pattern.ts';
import { natsPrefix, streamName } from '../subjects.ts';
import type { Party } from './parties.ts';
import { subjectAccess } from './subject-access.ts';

/** Full NATS subjects that a party may publish to and subscribe to; with the templates of scoped signing keys (`{{name()}}`). */
export type NatsPermissions = {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** It may answer what it was sent, once, within this time, ms; `undefined` = it may publish to every inbox. */
  readonly answerMs: number | undefined;
};

/** The longest command an agent answers: a create that pulls its image. */
const answerMs = 60 * 60_000;

/** Where answers to a user come in, by the name in its credentials (a service's party, an agent's ID): readable by nobody of another name. */
export function inboxPrefix(name: string): string {
  return `_INBOX.${name}`;
}

/** One subject below the inbox of that name. */
export function isInboxOf(name: string, subject: string): boolean {
  return subject.startsWith(`${inboxPrefix(name)}.`) && isLiteralSubject(subject);
}

/** What a party may do in a cluster, from `subjectAccess`. */
export function natsPermissions(party: Party, cluster: string): NatsPermissions {
  const own = Object.values(subjectAccess);
  const full = (patterns: readonly string[] | undefined) => (patterns ?? []).map((pattern) => natsPrefix(cluster) + pattern);
  const inbox = `${inboxPrefix('{{name()}}')}.>`;
  const publish = own.flatMap(({ publishes }) => full(publishes[party]));
  const subscribe = [inbox, ...own.flatMap(({ subscribes }) => full(subscribes[party]))];
  // Not `$JS.API`: whoever may make a consumer, or name an address for an acknowledgement, makes the server itself write where it pleases.
  if (party === 'agent') return { publish: [...publish, `$JS.FC.${streamName(cluster)}.>`], subscribe, answerMs };
  return { publish: [...publish, ...logApi(party, streamName(cluster)), '_INBOX.>'], subscribe, answerMs: undefined };
}

/** Reading the whole log. An operator's tools look at a fleet, and make none. */
function logApi(party: Party, stream: string): string[] {
  const reading = [
    `$JS.API.STREAM.INFO.${stream}`,
    `$JS.API.STREAM.MSG.GET.${stream}`,
    `$JS.API.DIRECT.GET.${stream}`,
    `$JS.API.DIRECT.GET.${stream}.>`,
    `$JS.API.CONSUMER.CREATE.${stream}`,
    `$JS.API.CONSUMER.CREATE.${stream}.>`,
    `$JS.API.CONSUMER.DELETE.${stream}.*`,
    `$JS.FC.${stream}.>`,
  ];
  return party === 'operator' ? reading : [...reading, `$JS.API.STREAM.CREATE.${stream}`, `$JS.API.STREAM.UPDATE.${stream}`];
}
