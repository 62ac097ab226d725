import { replacedName } from '#contracts';
import type { FleetLedger, LocatedContainer } from '../fleet/fleet-ledger.ts';
import type { Registrar } from '../reservations/registrar.ts';
import type { EngineHands } from './engine-hands.ts';

/** More old copies of one name than this are a loop, not a history. */
const copiesMax = 1_000;

/** Renames a replaced container to the first free `<name>-replaced-<n>`, held cluster-wide meanwhile. */
export async function setAside(
  { ledger, registrar }: { readonly ledger: FleetLedger; readonly registrar: Registrar },
  hands: EngineHands,
  { engine, facts }: LocatedContainer,
  name: string,
): Promise<void> {
  const operation = `aside-${facts.id}`;
  const free = freeName(ledger, name, { container: facts.id, operation });
  await registrar.rename({ operation, container: facts.id, name: free });
  await hands.demand(engine, `/containers/${facts.id}/rename?name=${encodeURIComponent(free)}`, facts.id);
}

function freeName(ledger: FleetLedger, name: string, self: { container: string; operation: string }): string {
  for (let copy = 1; copy <= copiesMax; copy++) {
    const candidate = replacedName(name, copy);
    if (ledger.containerNames.heldByOther(candidate, self) === undefined) return candidate;
  }
  throw new Error(`more than ${copiesMax} replaced copies of ${name}`);
}
