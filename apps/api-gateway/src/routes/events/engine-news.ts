import type { RecordSubject } from '#contracts';
import type { Clock } from '#service-shell';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { type EventNode, type FleetEvent, nodeAttributes, nodeOf } from './fleet-event.ts';

export type EngineAction = 'engine_connect' | 'engine_reconnect' | 'engine_disconnect';

type Known = { readonly node: EventNode; readonly isUp: boolean };

export type EngineNewsItem = { readonly action: EngineAction; readonly node: EventNode };

/** Tells when engines come into service and leave it, by what the view says. Pure but for what it remembers. */
export class EngineNews {
  readonly #known = new Map<string, Known>();
  #hasBegun = false;

  /** All engines: of the first view nothing is news. */
  lookAll(view: FleetView): EngineNewsItem[] {
    const keys = new Set([...this.#known.keys(), ...view.members().map(({ key }) => key)]);
    const news = [...keys].flatMap((key) => this.look(view, key));
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    return isFirst ? [] : news;
  }

  /** One engine whose records, or whose lease, changed. */
  look(view: FleetView, key: string): EngineNewsItem[] {
    const engine = view.engine(key);
    const before = this.#known.get(key);
    if (engine?.member === undefined) {
      this.#known.delete(key);
      return before?.isUp === true ? [{ action: 'engine_disconnect', node: before.node }] : [];
    }
    return engine.isVisible ? this.#compare(engine, before) : [];
  }

  #compare(engine: FleetEngine, before: Known | undefined): EngineNewsItem[] {
    const now: Known = { node: nodeOf(engine), isUp: engine.isHealthy };
    this.#known.set(engine.key, now);
    const { node } = now;
    if (now.isUp === (before?.isUp ?? false)) return [];
    if (!now.isUp) return [{ action: 'engine_disconnect', node }];
    return [{ action: before === undefined ? 'engine_connect' : 'engine_reconnect', node }];
  }
}

/** The engine whose standing may be another after this record. */
export function engineConcerned(changed: RecordSubject): string | undefined {
  switch (changed.type) {
    case 'member':
    case 'engine':
    case 'lease':
      return changed.key;
    default:
      return undefined;
  }
}

/** Classic Swarm's own events (spec/classic-swarm.md 8.5), so that its users' scripts go on. */
export function engineEvent(action: EngineAction, node: EventNode, clock: Clock): FleetEvent {
  const timeMs = Math.trunc(clock.nowMs());
  const attributes = nodeAttributes(node);
  const common = `"Type":"swarm","Action":"${action}","Actor":${JSON.stringify({ ID: '', Attributes: attributes })},"time":${Math.trunc(timeMs / 1_000)},"timeNano":${timeMs}000000,"node":${JSON.stringify(node)}}`;
  const legacy = Buffer.from(`{"status":"${action}","from":${JSON.stringify(`swarm node:${node.Name}`)},${common}\n`);
  const current = Buffer.from(`{${common}\n`);
  return {
    Type: 'swarm',
    Action: action,
    Actor: { ID: '', Attributes: attributes },
    timeNano: timeMs * 1_000_000,
    node,
    key: undefined,
    lateMs: 0,
    line: (shape) => (shape === 'legacy' ? legacy : current),
  };
}
