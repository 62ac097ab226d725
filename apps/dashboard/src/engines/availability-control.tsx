import { useState } from 'preact/hooks';
import type { EngineSummary } from '#contracts';
import { type Availability, setAvailability } from '../page/gateway-requests.ts';
import { shownName } from './shown-name.ts';

const wishes: readonly { readonly availability: Availability; readonly name: string; readonly means: string }[] = [
  { availability: 'active', name: 'Active', means: 'takes new containers' },
  { availability: 'pause', name: 'Pause', means: 'keeps its containers, takes no new ones' },
  { availability: 'drain', name: 'Drain', means: 'takes no new containers; those that may be rescheduled are moved away' },
];

type Asking = { readonly is: 'asked' | 'under-way' | 'failed'; readonly wanted: Availability; readonly failure?: string };

/** What the operator wants of an engine. Draining moves containers, so it is asked twice. */
export function AvailabilityControl({ engine }: { readonly engine: EngineSummary }) {
  const [asking, setAsking] = useState<Asking>();
  const wish = async (wanted: Availability) => {
    setAsking({ is: 'under-way', wanted });
    try {
      await setAvailability(engine.id, wanted);
      setAsking(undefined);
    } catch (error) {
      setAsking({ is: 'failed', wanted, failure: (error as Error).message });
    }
  };
  const isBusy = asking?.is === 'under-way';
  return (
    <div class="availability">
      <div class="segments" role="group" aria-label={`Availability of ${shownName(engine)}`}>
        {wishes.map(({ availability, name, means }) => (
          <button
            key={availability}
            type="button"
            title={means}
            aria-pressed={engine.availability === availability}
            disabled={isBusy}
            onClick={() =>
              availability === 'drain' ? setAsking({ is: 'asked', wanted: availability }) : void wish(availability)
            }
          >
            {name}
          </button>
        ))}
      </div>
      {asking?.is === 'asked' && (
        <div class="question" role="alertdialog" aria-label={`Drain ${shownName(engine)}?`} aria-describedby="drain-means">
          <p id="drain-means">It takes no new containers, and those with an on-node-failure policy move to other engines.</p>
          <button type="button" class="danger" ref={(button) => button?.focus()} onClick={() => void wish('drain')}>
            Drain {shownName(engine)}
          </button>
          <button type="button" onClick={() => setAsking(undefined)}>
            Cancel
          </button>
        </div>
      )}
      {asking?.is === 'failed' && (
        <p class="failure" role="alert">
          {asking.failure}
        </p>
      )}
    </div>
  );
}
