import type { EngineSummary } from '#contracts';
import { duration } from '../format/durations.ts';
import { bytes, cpus } from '../format/quantities.ts';
import { fleet, isWhole, nowMs, select } from '../page/store.ts';
import { AvailabilityControl } from './availability-control.tsx';
import { Meter } from './meter.tsx';
import { shownName } from './shown-name.ts';

/** One engine: its state and why, what it has to give, who watches it, and what may be done. */
export function EngineDetails({ engine }: { readonly engine: EngineSummary }) {
  const { state, reason, reservedCpus, reservedMemoryBytes, memoryBytes } = engine;
  return (
    <section class="panel details" aria-labelledby="details-title">
      <header>
        <h2 id="details-title">{shownName(engine)}</h2>
        <span class={`badge ${state}`}>{state}</span>
        <button type="button" class="close" aria-label="Close the details" onClick={() => select(undefined)}>
          ×
        </button>
      </header>
      {reason !== undefined && <p class={`reason ${state}`}>{reason}</p>}
      {fleet.value.gateway?.mayAct === true && <AvailabilityControl key={engine.key} engine={engine} />}
      <div class="meters">
        <Meter
          name="CPU"
          part={reservedCpus}
          whole={engine.cpus}
          text={`${cpus(reservedCpus)} of ${cpus(engine.cpus)} reserved`}
        />
        <Meter
          name="Memory"
          part={reservedMemoryBytes}
          whole={memoryBytes}
          text={`${bytes(reservedMemoryBytes)} of ${bytes(memoryBytes)} reserved`}
        />
      </div>
      <dl class="facts">
        {factsOf(engine, nowMs.value).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function factsOf(engine: EngineSummary, now: number): [name: string, value: string][] {
  const { sinceMs, nextRetryAtMs, labels } = engine;
  const facts: [string, string | undefined][] = [
    ['Containers', `${engine.running} running of ${engine.containers}`],
    ['In this state', sinceMs === undefined ? undefined : `for ${duration(now - sinceMs)}`],
    [
      'Next attempt',
      nextRetryAtMs === undefined ? undefined : nextRetryAtMs <= now ? 'under way' : `in ${duration(nextRetryAtMs - now)}`,
    ],
    ['Availability', engine.availability],
    ['Address', engine.address],
    ['Docker', engine.serverVersion],
    ['System', engine.operatingSystem],
    ['Watched by', isWhole.value ? (engine.monitor ?? 'nobody just now') : undefined],
    [
      'Labels',
      Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(', '),
    ],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '');
}
