import type { SpanKind, SpanStart } from '#service-shell';

/** `cmd.engine.<key>.create` as the span `cmd.engine.create` of that engine: what changes from request to request is no part of a name. */
export function spanOf(subject: string, kind: SpanKind): SpanStart {
  const [family, whose, key, verb] = subject.split('.');
  if (family !== 'cmd' || verb === undefined) return { name: subject, kind };
  return { name: `${family}.${whose}.${verb}`, kind, attributes: { [`baleen.${whose}`]: key ?? '' } };
}
