import { useEffect, useRef } from 'preact/hooks';
import type { DecisionRecord } from '#contracts';
import { timeOfDay } from '../format/durations.ts';
import { decision, hideDecision } from './decision.ts';

/** Why a container is where it is, engine by engine. The browser's own dialog: it keeps the focus, and Escape closes it. */
export function DecisionDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const shown = decision.value;
  const isShown = shown !== undefined;
  useEffect(() => {
    if (isShown) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isShown]);
  return (
    <dialog ref={dialog} aria-labelledby="decision-title" onClose={hideDecision}>
      <header>
        <h2 id="decision-title">{shown?.is === 'known' ? `Why ${shown.decision.name} is there` : 'Placement'}</h2>
        <button type="button" class="close" aria-label="Close" onClick={hideDecision}>
          ×
        </button>
      </header>
      {shown?.is === 'asked' && <p>Asking the gateway …</p>}
      {shown?.is === 'missing' && <p class="failure">{shown.reason}</p>}
      {shown?.is === 'known' && <Decision decision={shown.decision} />}
    </dialog>
  );
}

function Decision({
  decision: { image, strategy, cause, atMs, failure, chosen, chosenNode, candidates },
}: {
  readonly decision: DecisionRecord;
}) {
  return (
    <>
      <p>
        {failure ?? (
          <>
            Placed on <b>{chosenNode}</b>
          </>
        )}{' '}
        <span class="quiet">
          {image} · {strategy} · {cause} · {timeOfDay(atMs)}
        </span>
      </p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col">Verdict</th>
              <th scope="col" class="figure">
                Score
              </th>
            </tr>
          </thead>
          <tbody>
            {candidates.map(({ engine, node, refusedBy, reason, score }) => (
              <tr key={engine} class={engine === chosen ? 'chosen' : ''}>
                <th scope="row">{node}</th>
                <td>{engine === chosen ? 'chosen' : refusedBy === undefined ? 'would do' : `${refusedBy}: ${reason ?? ''}`}</td>
                <td class="figure">{score === undefined ? '' : Math.round(score * 1_000) / 1_000}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="quiet">Of many engines the first are kept. A lower score is better.</p>
    </>
  );
}
