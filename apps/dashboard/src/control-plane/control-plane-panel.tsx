import type { FleetStatus } from '#contracts';
import { whole } from '../format/quantities.ts';
import { fleet } from '../page/store.ts';

/** What Baleen itself is made of, and how it does. */
export function ControlPlanePanel() {
  const { status } = fleet.value;
  return (
    <section class="panel" aria-labelledby="control-title">
      <header>
        <h2 id="control-title">Control plane</h2>
      </header>
      {status === undefined ? <p class="empty">Asking …</p> : <Parts status={status} />}
    </section>
  );
}

function Parts({ status: { leader, log, monitors, unwatched } }: { readonly status: FleetStatus }) {
  return (
    <dl class="facts">
      <div>
        <dt>Leader</dt>
        <dd class={leader === undefined ? 'bad' : ''}>{leader ?? 'no scheduler leads'}</dd>
      </div>
      <div>
        <dt>NATS</dt>
        <dd class={log.failure === undefined ? '' : 'bad'}>{log.failure ?? natsText(log)}</dd>
      </div>
      {monitors.map(({ name, engines }) => (
        <div key={name}>
          <dt>Monitor</dt>
          <dd>
            {name} <span class="quiet">{whole(engines)} engines</span>
          </dd>
        </div>
      ))}
      {unwatched > 0 && (
        <div>
          <dt>Monitor</dt>
          <dd class="bad">{whole(unwatched)} engines are watched by nobody</dd>
        </div>
      )}
    </dl>
  );
}

function natsText({ server, writeMs, stream }: FleetStatus['log']): string {
  const writes = writeMs === undefined ? [] : [`a write takes ${writeMs < 1 ? 'under 1' : Math.round(writeMs)} ms`];
  const records = stream === undefined ? [] : [`${whole(stream.messages)} records`];
  return [server === '' ? 'in memory' : server, ...records, ...writes].join(' · ');
}
