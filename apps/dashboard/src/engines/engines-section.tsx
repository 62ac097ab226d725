import { whole } from '../format/quantities.ts';
import { engineFilter, engines, stateCounts } from '../page/store.ts';
import { type EngineState, engineStates } from './engine-list.ts';
import { EngineMap } from './engine-map.tsx';

/** The map with what narrows it. */
export function EnginesSection() {
  const { search } = engineFilter.value;
  const onSearch = (event: Event) => {
    engineFilter.value = { ...engineFilter.value, search: (event.target as HTMLInputElement).value };
  };
  return (
    <section class="panel engines" aria-labelledby="engines-title">
      <header>
        <h2 id="engines-title">
          Engines <small>{whole(engines.value.size)}</small>
        </h2>
        <div class="states" role="group" aria-label="Only engines that are">
          {engineStates.map((state) => (
            <StateButton key={state} state={state} />
          ))}
        </div>
        <input
          type="search"
          id="engine-search"
          placeholder="name, label, reason …  ( / )"
          aria-label="Search engines"
          value={search}
          onInput={onSearch}
        />
      </header>
      <EngineMap />
    </section>
  );
}

function StateButton({ state }: { readonly state: EngineState }) {
  const count = stateCounts.value.get(state) ?? 0;
  const { value } = engineFilter;
  const isPressed = value.state === state;
  if (count === 0 && !isPressed) return null;
  return (
    <button
      type="button"
      class={`chip ${state}`}
      aria-pressed={isPressed}
      onClick={() => {
        engineFilter.value = { ...value, state: isPressed ? undefined : state };
      }}
    >
      <i aria-hidden="true" /> {whole(count)} {state}
    </button>
  );
}
