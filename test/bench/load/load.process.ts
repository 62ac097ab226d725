import { loadWithCreates, loadWithRemoves } from './creates.ts';
import { loadWithEvents } from './events.ts';
import type { LoadJob, LoadOutcome } from './load-job.ts';
import { loadWithMixture } from './mixture.ts';
import { loadWithRequests } from './requests.ts';

/** Clients in a process of their own: what they cost is nobody else's. Started by `fork`; answers each job with its outcome. */
process.on('message', (job: LoadJob) => {
  run(job).then(
    (outcome) => process.send?.({ outcome }),
    (error: unknown) => process.send?.({ error: String(error instanceof Error ? error.stack : error) }),
  );
});
// Whoever measures may be interrupted.
process.once('disconnect', () => process.exit(0));

function run(job: LoadJob): Promise<LoadOutcome> {
  switch (job.kind) {
    case 'requests':
      return loadWithRequests(job);
    case 'creates':
      return loadWithCreates(job);
    case 'removes':
      return loadWithRemoves(job);
    case 'events':
      return loadWithEvents(job);
    case 'mixed':
      return loadWithMixture(job);
  }
}
