import type { ContainerLine } from '#contracts';
import { shownName } from '../engines/shown-name.ts';
import { ago } from '../format/durations.ts';
import { fleet, nowMs, select, selectedEngine } from '../page/store.ts';
import { showDecision } from '../placements/decision.ts';
import { containerSearch, containers, showMore } from './container-list.ts';
import { statusText, toneOf } from './container-status.ts';

/** The fleet's containers, or those of the selected engine; newest first. */
export function ContainersSection() {
  const { rows, hasMore, failure } = containers.value;
  const engine = selectedEngine.value;
  return (
    <section class="panel containers" aria-labelledby="containers-title">
      <header>
        <h2 id="containers-title">Containers {engine !== undefined && <small>on {shownName(engine)}</small>}</h2>
        {engine !== undefined && (
          <button type="button" class="plain" onClick={() => select(undefined)}>
            Show all engines
          </button>
        )}
        <input
          type="search"
          placeholder="name, image, ID or state …"
          aria-label="Search containers"
          value={containerSearch.value}
          onInput={(event) => {
            containerSearch.value = event.currentTarget.value;
          }}
        />
      </header>
      {failure !== undefined && (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
      {rows.length === 0 ? (
        <p class="empty">No container{containerSearch.value === '' ? ' yet' : ' matches'}.</p>
      ) : (
        <Table rows={rows} />
      )}
      {hasMore && (
        <button type="button" class="plain more" onClick={showMore}>
          Show more
        </button>
      )}
    </section>
  );
}

function Table({ rows }: { readonly rows: readonly ContainerLine[] }) {
  const now = nowMs.value;
  const mayExplain = fleet.value.gateway?.mayExplain === true;
  return (
    <div class="scroll" role="region" aria-label="List of containers" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Node</th>
            <th scope="col">Status</th>
            <th scope="col">Image</th>
            <th scope="col">Ports</th>
            <th scope="col">Created</th>
            <th scope="col">
              <span class="unseen">Placement</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((line) => (
            <tr key={line.id + line.node}>
              <th scope="row" title={line.id}>
                {line.name}
              </th>
              <td>{line.node}</td>
              <td>
                <i class={`dot ${toneOf(line)}`} aria-hidden="true" /> {statusText(line, now)}
              </td>
              <td class="image" title={line.image}>
                {line.image}
              </td>
              <td>{line.ports.join(', ')}</td>
              <td>{ago(line.createdAtMs, now)}</td>
              <td>
                {line.isPlaced && mayExplain && (
                  <button
                    type="button"
                    class="plain"
                    aria-label={`Why is ${line.name} on ${line.node}?`}
                    onClick={() => showDecision(line.id)}
                  >
                    why?
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
