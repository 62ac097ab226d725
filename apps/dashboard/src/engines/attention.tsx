import { duration } from '../format/durations.ts';
import { nowMs, select, troubledEngines } from '../page/store.ts';
import { shownName } from './shown-name.ts';

/** The others are in the map, by the state's button. */
const shownMax = 8;

/** Engines in trouble, each with its reason; nothing while there are none. */
export function Attention() {
  const engines = troubledEngines.value;
  if (engines.length === 0) return null;
  const now = nowMs.value;
  return (
    <section class="panel attention" aria-labelledby="attention-title">
      <header>
        <h2 id="attention-title">
          Needs attention <small>{engines.length}</small>
        </h2>
      </header>
      <ul class="rows">
        {engines.slice(0, shownMax).map((engine) => (
          <li key={engine.key}>
            <button type="button" class="row" onClick={() => select(engine.key)}>
              <span class="top">
                <i class={`dot ${engine.state}`} aria-hidden="true" />
                <b>{shownName(engine)}</b> <span>{engine.state}</span>
                {engine.sinceMs !== undefined && <time>{duration(now - engine.sinceMs)}</time>}
              </span>
              <span class="why">{engine.reason ?? 'no reason is known'}</span>
            </button>
          </li>
        ))}
      </ul>
      {engines.length > shownMax && <p class="more">and {engines.length - shownMax} more</p>}
    </section>
  );
}
