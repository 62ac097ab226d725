import { useRef } from 'preact/hooks';
import { engineFilter, engines, select, selectedKey, shownEngines } from '../page/store.ts';
import { EngineCell } from './engine-cell.tsx';
import { densityFor, placeAfterKey } from './map-layout.ts';

/** Every engine, by state and load: a list box for the keyboard, whose arrows move over the map. */
export function EngineMap() {
  const map = useRef<HTMLDivElement>(null);
  const shown = shownEngines.value;
  const selected = selectedKey.value;
  const density = densityFor(shown.length);
  const tabStop = shown.some(({ key }) => key === selected) ? selected : shown[0]?.key;
  const onKeyDown = (event: KeyboardEvent) => {
    const focused = cellOf(event);
    const at = shown.findIndex(({ key }) => key === focused);
    if (focused === undefined || at < 0) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      return select(focused);
    }
    const next = shown[placeAfterKey(event.key, at, columnsOf(map.current), shown.length) ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    select(next.key);
    document.getElementById(`engine-${next.key}`)?.focus();
  };
  if (shown.length === 0) return <p class="empty">{emptyText()}</p>;
  return (
    <div
      ref={map}
      class={`map ${density}s`}
      role="listbox"
      aria-label="Engines"
      aria-orientation="horizontal"
      onKeyDown={onKeyDown}
      onClick={(event) => select(cellOf(event))}
    >
      {shown.map((engine) => (
        <EngineCell
          key={engine.key}
          engine={engine}
          density={density}
          isSelected={engine.key === selected}
          isTabStop={engine.key === tabStop}
        />
      ))}
    </div>
  );
}

function emptyText(): string {
  if (engines.value.size === 0) return 'Discovery lists no engine yet.';
  const { search, state } = engineFilter.value;
  return `No ${state ?? ''} engine matches ${search === '' ? 'this' : `“${search}”`}.`;
}

function cellOf({ target }: Event): string | undefined {
  return (target as HTMLElement).closest<HTMLElement>('[data-key]')?.dataset['key'];
}

function columnsOf(map: HTMLElement | null): number {
  return map === null ? 1 : getComputedStyle(map).gridTemplateColumns.split(' ').length;
}
