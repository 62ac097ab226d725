import type { EngineSummary, FeedMessage } from '#contracts';
import { announce } from './announce.ts';
import type { Numbered, PageState } from './page-state.ts';

/** As many as the gateway keeps. */
const happeningsMax = 100;
/** Five minutes, as at the gateway. */
const pointsMax = 150;

type Whole = Extract<FeedMessage, { type: 'whole' }>;
type Change = Extract<FeedMessage, { type: 'change' }>;

/** What the page knows after a message. `nowMs`: the browser's clock. */
export function applyMessage(state: PageState, message: FeedMessage, nowMs: number): PageState {
  switch (message.type) {
    case 'welcome': {
      const { type: _, ...gateway } = message;
      return { ...state, gateway };
    }
    case 'whole':
      return applyWhole(state, message, nowMs);
    case 'change':
      return applyChange(state, message, nowMs);
  }
}

function applyWhole(state: PageState, message: Whole, nowMs: number): PageState {
  const { engines, placements, events, points, status, atMs } = message;
  return {
    ...state,
    connection: 'live',
    engines: new Map(engines.map((engine) => [engine.key, engine])),
    placements: onTop([], placements),
    events: onTop([], events),
    points,
    status: status ?? state.status,
    clockDeltaMs: atMs - nowMs,
    announcement: state.connection === 'lost' ? 'The gateway is back.' : '',
  };
}

function applyChange(state: PageState, message: Change, nowMs: number): PageState {
  const { placements, events, points, status, atMs } = message;
  const hasNewEngines = message.engines.length > 0 || message.gone.length > 0;
  const engines = hasNewEngines ? changedEngines(state.engines, message) : state.engines;
  return {
    ...state,
    connection: 'live',
    engines,
    placements: onTop(state.placements, placements),
    events: onTop(state.events, events),
    points: points.length === 0 ? state.points : [...state.points, ...points].slice(-pointsMax),
    status: status ?? state.status,
    clockDeltaMs: atMs - nowMs,
    announcement: announce(state.engines, message) ?? state.announcement,
  };
}

function changedEngines(known: PageState['engines'], { engines, gone }: Change): PageState['engines'] {
  const next = new Map<string, EngineSummary>(known);
  for (const engine of engines) next.set(engine.key, engine);
  for (const key of gone) next.delete(key);
  return next;
}

/** `news` comes oldest first and is shown newest first. */
function onTop<T extends object>(known: readonly Numbered<T>[], news: readonly T[]): readonly Numbered<T>[] {
  if (news.length === 0) return known;
  const first = (known[0]?.number ?? 0) + 1;
  const numbered = news.map((item, index) => ({ ...item, number: first + index }));
  return [...numbered.reverse(), ...known].slice(0, happeningsMax);
}
