import { labels } from '#contracts';
import { member, replaceMembers } from '#docker-api';

/**
 * A JSON object whose labels no longer say what was asked for at the create, its environment included: for who may not inspect. The same
 * bytes where they do not.
 */
export function withoutRequest(json: Buffer, key: 'Labels' | 'Attributes'): Buffer {
  const own = member(json, key);
  if (own?.[0] !== openBrace || member(own, labels.originalRequest) === undefined) return json;
  return replaceMembers(json, { [key]: replaceMembers(own, { [labels.originalRequest]: undefined }) });
}

/** The same of what is no bytes yet, wherever in it the labels are. */
export function valueWithoutRequest(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, member: unknown) => (key === labels.originalRequest ? undefined : member)));
}

const openBrace = 0x7b;
