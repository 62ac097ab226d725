import { addressesOverlap, isPublishedAtGateway, labels, type PortSpan, type PublishMode } from '#contracts';
import { shortId } from '#docker-api';
import type { FleetLedger } from '../fleet/fleet-ledger.ts';
import type { FleetPorts, HeldPort, WantedPort } from '../placement/filter.ts';
import { takesPlaceOf } from '../placement/service-instance.ts';
import type { HostPort, PortClaim } from './port-claims.ts';

export type PublishSettings = {
  readonly publish: PublishMode;
  /** Host ports that are drawn for bindings that name none. */
  readonly publishPorts: PortSpan;
};

type Labels = Readonly<Record<string, string>>;

/** The host ports of engines that are published at the gateways, as the ledger has them: one set for the whole fleet. */
export class GatewayPorts {
  readonly #ledger: FleetLedger;
  readonly #mode: PublishMode;

  constructor(ledger: FleetLedger, mode: PublishMode) {
    this.#ledger = ledger;
    this.#mode = mode;
  }

  /** False for an engine that is not known. */
  serves(engine: string): boolean {
    const address = this.#ledger.engine(engine)?.record?.address;
    return address !== undefined && isPublishedAtGateway(this.#mode, address);
  }

  /** Whoever has the port at an address that overlaps, but for one container, and for those whose place the asker takes. */
  claimOf({ ip, hostPort, protocol }: HostPort, except = '', asker: Labels = {}): PortClaim | undefined {
    for (const claim of this.#ledger.portClaims.of(hostPort, protocol)) {
      const isOther = except === '' || claim.container !== except;
      if (isOther && addressesOverlap(ip, claim.ip) && this.serves(claim.engine) && !this.#isLeft(claim, asker)) return claim;
    }
    return undefined;
  }

  /** What the port filter asks, for a request that may have the ports of the container it replaces. */
  except(container = ''): FleetPorts {
    return {
      serves: (engine) => this.serves(engine),
      firstHeld: (ports, asker) => this.firstHeld(ports, asker, container),
    };
  }

  /** The first of the ports that another container than `except` has; see `FleetPorts`. */
  firstHeld(ports: readonly WantedPort[], asker: Labels, except: string): HeldPort | undefined {
    for (const port of ports) {
      const claim = this.claimOf(port, except, asker);
      if (claim !== undefined) return { port, holder: this.#concerns(claim, asker) ? this.#describe(claim) : undefined };
    }
    return undefined;
  }

  #isLeft({ container }: PortClaim, asker: Labels): boolean {
    const present = this.#ledger.container(container)?.facts.labels;
    return present !== undefined && takesPlaceOf(asker, present);
  }

  /** Whoever is no tenant may know of everybody. */
  #concerns({ container }: PortClaim, asker: Labels): boolean {
    const owner = asker[labels.owner] ?? '';
    return owner === '' || this.#ledger.container(container)?.facts.labels[labels.owner] === owner;
  }

  /** The holder in words: `container web on node node-1`. */
  #describe({ container, name, engine }: PortClaim): string {
    const node = this.#ledger.nodeName(engine);
    if (name === '' && container === '') return `a container that is just being created on node ${node}`;
    return `container ${name === '' ? shortId(container) : name} on node ${node}`;
  }
}
