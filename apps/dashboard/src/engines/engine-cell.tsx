import type { EngineSummary } from '#contracts';
import { percent } from '../format/quantities.ts';
import { loadOf } from './load.ts';
import type { Density } from './map-layout.ts';
import { shownName } from './shown-name.ts';

export type EngineCellProps = {
  readonly engine: EngineSummary;
  readonly density: Density;
  readonly isSelected: boolean;
  /** The map has one place in the order of the Tab key; arrows move within. */
  readonly isTabStop: boolean;
};

/** One engine in the map. Its colour is never alone: the state is in its name, in the glyph, and in words where there is room. */
export function EngineCell({ engine, density, isSelected, isTabStop }: EngineCellProps) {
  const { key, state, availability, running, containers } = engine;
  const load = loadOf(engine);
  const name = shownName(engine);
  const shown = availability === 'pause' && state === 'healthy' ? 'paused' : state;
  return (
    <div
      id={`engine-${key}`}
      role="option"
      class={`engine ${density} ${shown}`}
      aria-selected={isSelected}
      aria-label={`${name}: ${shown}, ${running} of ${containers} containers running, ${percent(load)} reserved`}
      title={density === 'card' ? undefined : `${name}: ${shown}`}
      tabIndex={isTabStop ? 0 : -1}
      data-key={key}
    >
      <span class="load" style={density === 'card' ? { width: percent(load) } : { height: percent(load) }} />
      {density !== 'tile' && <span class="name">{name}</span>}
      {density === 'card' && (
        <>
          <span class="state">{shown}</span>
          <span class="counts">
            {running}/{containers} running
          </span>
        </>
      )}
    </div>
  );
}
