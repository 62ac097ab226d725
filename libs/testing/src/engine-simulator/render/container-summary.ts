import { imageNameOf } from '../events/container-happenings.ts';
import type { Container } from '../model/container.ts';
import { endpointsDocument } from './endpoint.ts';
import { mountDocuments } from './mounts.ts';
import { listedPorts } from './published-ports.ts';
import { statusText } from './status-text.ts';

/** `withSize`: with what `?size=1` adds. */
export type SummaryOptions = { readonly nowMs: number; readonly withSize: boolean };

/** An entry of `GET /containers/json`, the members in a daemon's order. */
export function containerSummary(container: Container, { nowMs, withSize }: SummaryOptions) {
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: imageNameOf(container),
    ImageID: container.image.id,
    Command: shownCommand(container.command),
    Created: Math.trunc(container.createdAtMs / 1_000),
    Ports: listedPorts(container),
    ...(withSize ? { SizeRootFs: container.image.sizeBytes } : {}),
    Labels: container.given.Labels ?? {},
    State: container.state,
    Status: statusText(container, nowMs),
    HostConfig: { NetworkMode: networkMode(container.hostConfig.NetworkMode) },
    NetworkSettings: { Networks: endpointsDocument(container, false) },
    Mounts: mountDocuments(container, false),
  };
}

/** Daemons since 28 show the default network by its name. */
export function networkMode(given: string | null | undefined): string {
  return given === undefined || given === null || given === '' || given === 'default' ? 'bridge' : given;
}

/** Words with blanks in quotes. */
function shownCommand(command: readonly string[]): string {
  return command.map((word) => (/[\s;"']/.test(word) ? `'${word}'` : word)).join(' ');
}
