import { timeOfDay } from '../format/durations.ts';
import { fleet } from '../page/store.ts';

const shownMax = 40;
const idShown = 12;

/** What engines tell, newest first. */
export function EventsPanel() {
  const events = fleet.value.events.slice(0, shownMax);
  return (
    <section class="panel events" aria-labelledby="events-title">
      <header>
        <h2 id="events-title">Events</h2>
      </header>
      {events.length === 0 && <p class="empty">None since the page was opened.</p>}
      <ol class="lines" tabIndex={0} aria-label="Events, newest first">
        {events.map(({ number, atMs, type, action, subject, node }) => (
          <li key={number}>
            <time>{timeOfDay(atMs)}</time> <b>{node}</b>{' '}
            <span>
              {type === 'swarm' ? action.replace('_', ' ') : `${type} ${action}`}{' '}
              {/^[0-9a-f]{64}$/.test(subject) ? subject.slice(0, idShown) : subject}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
