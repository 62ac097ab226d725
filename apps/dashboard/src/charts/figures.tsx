import type { FleetPoint } from '#contracts';
import { rate, whole } from '../format/quantities.ts';
import { engines, isWhole, points } from '../page/store.ts';
import { Sparkline } from './sparkline.tsx';

type Figure = {
  readonly name: string;
  readonly read: (point: FleetPoint) => number;
  readonly color: string;
  /** Its latest value in words. */
  readonly text: (value: number) => string;
  /** What it is a part of, or of what it is a rate. */
  readonly beside: (last: FleetPoint) => string;
  /** Told to who sees the whole fleet. */
  readonly isOfGateway?: true;
};

const perSecond = '/s';

const figures: readonly Figure[] = [
  {
    name: 'Engines healthy',
    read: ({ healthy }) => healthy,
    color: '--healthy',
    text: whole,
    beside: (last) => `of ${whole(last.engines)}`,
  },
  {
    name: 'Containers running',
    read: ({ running }) => running,
    color: '--accent',
    text: whole,
    beside: (last) => `of ${whole(last.containers)}`,
  },
  {
    name: 'Placements',
    read: ({ placementsPerSecond }) => placementsPerSecond,
    color: '--accent',
    text: rate,
    beside: () => perSecond,
  },
  {
    name: 'Refused',
    read: ({ refusalsPerSecond }) => refusalsPerSecond,
    color: '--unhealthy',
    text: rate,
    beside: () => perSecond,
  },
  {
    name: 'Engine events',
    read: ({ eventsPerSecond }) => eventsPerSecond,
    color: '--accent',
    text: rate,
    beside: () => perSecond,
  },
  {
    name: 'Requests here',
    read: ({ requestsPerSecond }) => requestsPerSecond,
    color: '--accent',
    text: rate,
    beside: () => perSecond,
    isOfGateway: true,
  },
];

/** The fleet in six figures, each with its last five minutes. */
export function Figures() {
  const history = points.value;
  const last: FleetPoint = { ...(history.at(-1) ?? noRates), ...countsNow() };
  const shown = figures.filter(({ isOfGateway }) => isOfGateway !== true || isWhole.value);
  const times = history.map(({ atMs }) => atMs / 1_000);
  return (
    <section class="figures" aria-label="Figures">
      {shown.map(({ name, read, color, text, beside }) => (
        <div class="figure" key={name}>
          <h2>{name}</h2>
          <p>
            <strong>{text(read(last))}</strong> <span>{beside(last)}</span>
          </p>
          <Sparkline times={times} values={history.map(read)} color={color} />
        </div>
      ))}
    </section>
  );
}

/** Until the gateway has two looks to compare. */
const noRates = { atMs: 0, requestsPerSecond: 0, placementsPerSecond: 0, refusalsPerSecond: 0, eventsPerSecond: 0 };

/** As the map shows them, which may be a moment ahead of the last point. */
function countsNow(): Pick<FleetPoint, 'engines' | 'healthy' | 'containers' | 'running'> {
  const all = [...engines.value.values()];
  return {
    engines: all.length,
    healthy: all.filter(({ state }) => state === 'healthy').length,
    containers: all.reduce((sum, { containers }) => sum + containers, 0),
    running: all.reduce((sum, { running }) => sum + running, 0),
  };
}
