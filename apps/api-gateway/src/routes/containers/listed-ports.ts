import { z } from 'zod';
import { BaleenError } from '#contracts';
import { member } from '#docker-api';
import type { FleetContainer } from '../../fleet-view/roll/fleet-container.ts';
import type { ListFilters } from '../list-filters.ts';

const Ports = z.array(z.looseObject({ PrivatePort: z.number(), PublicPort: z.number().optional(), Type: z.string() })).nullish();

/** More ports than exist would only be a way to fill memory. */
const highestPort = 65_535;

/**
 * `publish` and `expose` of `docker ps`. As on an engine they look at the ports that the list shows, so at running containers only, and a
 * container fits when any of both does; port 0 is one that is not published. `undefined` when neither is given.
 */
export function portTest(filters: ListFilters): ((container: FleetContainer) => boolean) | undefined {
  const published = portSet('publish', filters);
  const exposed = portSet('expose', filters);
  if (published === undefined && exposed === undefined) return undefined;
  return ({ summary }) => {
    const listed = member(summary, 'Ports');
    const ports = listed === undefined ? [] : (Ports.safeParse(JSON.parse(listed.toString('utf8'))).data ?? []);
    return ports.some(
      ({ PrivatePort, PublicPort = 0, Type }) =>
        published?.has(`${PublicPort}/${Type}`) === true || exposed?.has(`${PrivatePort}/${Type}`) === true,
    );
  };
}

function portSet(name: 'publish' | 'expose', filters: ListFilters): ReadonlySet<string> | undefined {
  const values = filters.get(name);
  return values && new Set(values.flatMap((value) => portRange(name, value)));
}

/** `80`, `80/udp`, `8000-8010/tcp` → `port/protocol` each; other protocols fit no port. */
function portRange(name: string, value: string): string[] {
  const [range = '', protocol = 'tcp'] = value.split('/');
  if (range === '') throw wrongPort(name, value, 'Empty string specified for ports.');
  const [first = '', last = first] = range.split('-');
  const [start, end] = [port(name, value, first), port(name, value, last)];
  if (end < start) throw wrongPort(name, value, `Invalid range specified for the Port: ${range}`);
  return Array.from({ length: end - start + 1 }, (_, index) => `${start + index}/${protocol.toLowerCase()}`);
}

function port(name: string, value: string, text: string): number {
  if (!/^\d+$/.test(text)) throw wrongPort(name, value, `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  if (Number(text) > highestPort)
    throw wrongPort(name, value, `strconv.ParseUint: parsing ${JSON.stringify(text)}: value out of range`);
  return Number(text);
}

function wrongPort(name: string, value: string, reason: string): BaleenError {
  return new BaleenError('request/invalid', `error while looking up for ${name} ${value}: ${reason}`);
}
