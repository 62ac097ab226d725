import { BaleenError } from '#contracts';
import type { FleetObject } from '../fleet-object.ts';
import type { FleetView } from '../fleet-view.ts';
import { type Copies, distinctObjects, meantByPlainName, type NamedKind, objectKey } from './copies.ts';

/** All objects of a kind that have this plain name. */
export function objectsNamed<K extends NamedKind>(view: FleetView, kind: K, name: string): Copies<K>[] {
  // The index of networks has their IDs too.
  return distinctObjects(
    view,
    view.find(kind, name).filter((object) => object.facts.name === name),
  );
}

/** `node/name`, which means this object whatever others are called. */
export function nameOnNode(view: FleetView, { engine, facts }: FleetObject<NamedKind>): string {
  return `${view.engine(engine)?.name}/${facts.name}`;
}

/**
 * The name a network or volume is listed under: plain while that means it, so that tools that look for plain names (compose) find
 * it; else `node/name`. Either form is accepted wherever a name is.
 */
export function shownName(view: FleetView, object: FleetObject<NamedKind>): string {
  const meant = meantByPlainName(view, objectsNamed(view, object.kind, object.facts.name));
  const isMeant = meant !== undefined && objectKey(meant[0]) === objectKey(object);
  return isMeant ? object.facts.name : nameOnNode(view, object);
}

/** Several objects fit: request/invalid that lists a name of its own for each. `reference` is what the client said. */
export function ambiguousName(view: FleetView, reference: string, objects: readonly Copies<NamedKind>[]): BaleenError {
  const kind = objects[0]?.[0].kind;
  const names = objects.map(([first]) => nameOnNode(view, first));
  const choices = objects.map(([first], index) => {
    const name = names[index] ?? '';
    // Nodes of one name, or two networks of one name on a node: then only an ID tells them apart.
    if (names.indexOf(name) === names.lastIndexOf(name)) return name;
    if ('id' in first.facts) return `${name} (ID ${first.facts.id})`;
    return `${view.engine(first.engine)?.identity?.id}/${first.facts.name}`;
  });
  // The beginning is the daemon's own sentence, which clients look for.
  const message = `${kind} ${reference} is ambiguous (${objects.length} matches found based on name): say which one is meant, ${choices.join(' or ')}`;
  return new BaleenError('request/invalid', message, { details: { reference, choices } });
}
