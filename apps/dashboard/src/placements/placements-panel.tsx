import { ago } from '../format/durations.ts';
import { fleet, nowMs } from '../page/store.ts';
import { showDecision } from './decision.ts';
import { why } from './why.ts';

const shownMax = 12;

/** The latest placements with their reasons. */
export function PlacementsPanel() {
  const placements = fleet.value.placements.slice(0, shownMax);
  const now = nowMs.value;
  return (
    <section class="panel" aria-labelledby="placements-title">
      <header>
        <h2 id="placements-title">Placements</h2>
      </header>
      {placements.length === 0 && <p class="empty">None since this gateway began. A container’s “why?” tells of earlier ones.</p>}
      <ul class="rows">
        {placements.map((notice) => (
          <li key={notice.number}>
            <button type="button" class="row" onClick={() => void showDecision(notice.operation)}>
              <span class="top">
                <i class={`dot ${notice.node === undefined ? 'unhealthy' : 'healthy'}`} aria-hidden="true" />
                <b>{notice.name === '' ? notice.image : notice.name}</b>
                <span>{notice.node === undefined ? 'refused' : `→ ${notice.node}`}</span>
                <time>{ago(notice.atMs, now)}</time>
              </span>
              <span class="why">{why(notice)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
