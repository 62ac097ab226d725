import { agentOf } from '../records/agent-record.ts';
import { isLiteralSubject, subjectMatches } from '../subject-pattern.ts';
import { plainToken, subjects, untoken } from '../subjects.ts';

/** What the agent of one engine may do in the log, through the door that monitors keep (`subjects.door`). Subjects and patterns are relative. */
export type DoorRights = {
  /** Its engine's records, its enrolment and its lease; claims on daemons are judged one by one besides. */
  mayWrite(subject: string): boolean;
  mayRead(subject: string): boolean;
  mayFollow(pattern: string): boolean;
};

const claims = 'daemon.*';

/** Of whoever was let in under this engine key. */
export function doorRights(key: string): DoorRights {
  const own = [subjects.engineAll(key), subjects.batchAll(key), subjects.lease(`engine.${key}`), subjects.agent(agentId(key))];
  // Its member record says whether it is still meant to be there; the scheduler's lease, whose orders count.
  const read = [...own, claims, subjects.member(key), subjects.lease('scheduler')];
  const isIn = (patterns: readonly string[], subject: string) =>
    isLiteralSubject(subject) && patterns.some((pattern) => subjectMatches(pattern, subject));
  return {
    mayWrite: (subject) => isIn([...own, claims], subject),
    mayRead: (subject) => isIn(read, subject),
    mayFollow: (pattern) => own.includes(pattern),
  };
}

/** `agent.<id>` has the plain identity; a key that is no agent's gets a subject that none has. */
function agentId(key: string): string {
  const id = agentOf(untoken(key));
  return id !== undefined && plainToken.test(id) ? id : '=';
}
