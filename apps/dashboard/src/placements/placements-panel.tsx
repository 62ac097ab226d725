import type { PlacementNotice } from '#contracts';
import { ago } from '../format/durations.ts';
import { fleet, nowMs } from '../page/store.ts';
import { showDecision } from './decision.ts';
import { why } from './why.ts';

const shownMax = 12;

/** The latest placements with their reasons. */
export function PlacementsPanel() {
  const mayExplain = fleet.value.gateway?.mayExplain === true;
  const placements = fleet.value.placements.slice(0, shownMax);
  const now = nowMs.value;
  return (
    <section class="panel" aria-labelledby="placements-title">
      <header>
        <h2 id="placements-title">Placements</h2>
      </header>
      {placements.length === 0 && (
        <p class="empty">None yet.{mayExplain && ' A container’s “why?” tells of those before this gateway began.'}</p>
      )}
      <ul class="rows">
        {placements.map((notice) => (
          <li key={notice.number}>
            {mayExplain ? (
              <button type="button" class="row" onClick={() => void showDecision(notice.operation)}>
                <Placement notice={notice} now={now} />
              </button>
            ) : (
              <div class="row">
                <Placement notice={notice} now={now} />
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Placement({ notice, now }: { readonly notice: PlacementNotice; readonly now: number }) {
  return (
    <>
      <span class="top">
        <i class={`dot ${notice.node === undefined ? 'unhealthy' : 'healthy'}`} aria-hidden="true" />
        <b>{notice.name === '' ? notice.image : notice.name}</b>
        <span>{notice.node === undefined ? 'refused' : `→ ${notice.node}`}</span>
        <time>{ago(notice.atMs, now)}</time>
      </span>
      <span class="why">{why(notice)}</span>
    </>
  );
}
