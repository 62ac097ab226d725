import { Figures } from '../charts/figures.tsx';
import { ContainersSection } from '../containers/containers-section.tsx';
import { ControlPlanePanel } from '../control-plane/control-plane-panel.tsx';
import { Attention } from '../engines/attention.tsx';
import { EngineDetails } from '../engines/engine-details.tsx';
import { EnginesSection } from '../engines/engines-section.tsx';
import { EventsPanel } from '../events/events-panel.tsx';
import { DecisionDialog } from '../placements/decision-dialog.tsx';
import { PlacementsPanel } from '../placements/placements-panel.tsx';
import { signInReason } from '../sign-in/session.ts';
import { SignInForm } from '../sign-in/sign-in-form.tsx';
import { PageHeader } from './page-header.tsx';
import { fleet, isWhole, selectedEngine } from './store.ts';

export function Page() {
  return signInReason.value === undefined ? (
    <FleetPage />
  ) : (
    <>
      <PageHeader />
      <SignInForm />
    </>
  );
}

function FleetPage() {
  const engine = selectedEngine.value;
  return (
    <>
      <PageHeader />
      <p class="unseen" role="status">
        {fleet.value.announcement}
      </p>
      <Figures />
      <div class="columns">
        <main id="content" tabIndex={-1}>
          <EnginesSection />
          <ContainersSection />
        </main>
        <aside aria-label="Details">
          {engine !== undefined && <EngineDetails engine={engine} />}
          <Attention />
          <PlacementsPanel />
          {isWhole.value && <ControlPlanePanel />}
          <EventsPanel />
        </aside>
      </div>
      <DecisionDialog />
    </>
  );
}
