import type { DeviceRequest, EngineDevice } from '#contracts';

export type DeviceChoice = { readonly ids: readonly string[]; readonly refusal?: string };

/** Containers made behind Baleen's back with `--gpus n`: they hold n devices of a driver, and nobody knows which. */
type Anonymous = { readonly driver: string; readonly count: number };

/** `gpu:2`, `nvidia:-1`: how a container's facts tell a count. */
const countShape = /^([^:]*):(-?\d+)$/;

/** CDI lists a whole class as one more device, `nvidia.com/gpu=all`. */
const wholeClass = '=all';

/** The names that `nvidia-ctk cdi generate` gives each GPU and each MIG slice, both by default: its index (`0`, of a slice `0:1`), and its UUID. */
const indexName = /^(.*=)\d+(:\d+)?$/;
const uuidName = /^(.*=)(GPU|MIG)-/;

/**
 * Picks free devices for all requests, or says what is missing. Devices are exclusive: one that a container holds is not free.
 * Anonymous holders take as many devices of their own driver out of the count. Docker gives them the first ones, so the later are picked.
 */
export function chooseDevices(
  requests: readonly DeviceRequest[],
  offered: readonly EngineDevice[],
  held: Iterable<string>,
): DeviceChoice {
  const devices = listedOnce(offered);
  const { taken, anonymous } = holders(held, devices);
  const ids: string[] = [];
  for (const request of requests) {
    const suited = devices.filter((device) => suits(device, request));
    if (suited.length === 0) return refused(`the engine lists no ${kindOf(request)} device`);
    const free = suited.filter(({ id }) => !taken.has(id) && !ids.includes(id));
    const hidden = hiddenAmong(free, anonymous);
    const wantedIds = request.ids.flatMap((id) => expand(id, suited));
    const missing = wantedIds.find((id) => !free.some((device) => device.id === id));
    if (missing !== undefined)
      return refused(`device ${missing} is ${devices.some(({ id }) => id === missing) ? 'in use' : 'not on the engine'}`);
    const wanted = request.ids.length > 0 ? wantedIds.length : wantedCount(request, suited);
    const available = free.length - hidden;
    if (wanted > available)
      return refused(
        `${wanted} ${kindOf(request)} ${wanted === 1 ? 'device' : 'devices'} wanted, ${available} of ${suited.length} free`,
      );
    ids.push(...(request.ids.length > 0 ? wantedIds : free.slice(hidden, hidden + wanted).map(({ id }) => id)));
  }
  return { ids };
}

/** Each device under one name: of a class that is listed by index, UUIDs are second names, and nothing says of which. */
function listedOnce(offered: readonly EngineDevice[]): EngineDevice[] {
  const indexed = new Set(offered.flatMap(({ id }) => indexName.exec(id)?.[1] ?? []));
  return offered.filter(({ id }) => !id.endsWith(wholeClass) && !indexed.has(uuidName.exec(id)?.[1] ?? ''));
}

function refused(refusal: string): DeviceChoice {
  return { ids: [], refusal };
}

/** A listed id is taken; a count, and an id the engine does not list (an index beside UUIDs), hides one of its kind. */
function holders(held: Iterable<string>, devices: readonly EngineDevice[]): { taken: Set<string>; anonymous: Anonymous[] } {
  const taken = new Set<string>();
  const anonymous: Anonymous[] = [];
  for (const holder of held) {
    const [, driver, count] = countShape.exec(holder) ?? [];
    const ids = expand(holder, devices);
    if (ids.some((id) => devices.some((device) => device.id === id))) for (const id of ids) taken.add(id);
    else if (driver === undefined) anonymous.push({ driver: 'gpu', count: 1 });
    else anonymous.push({ driver, count: Number(count) < 0 ? devices.length : Math.max(1, Number(count)) });
  }
  return { taken, anonymous };
}

/** How many of these free devices anonymous holders may sit on: all of them might. */
function hiddenAmong(free: readonly EngineDevice[], anonymous: readonly Anonymous[]): number {
  const hidden = anonymous.reduce((sum, { driver, count }) => {
    const theirs = free.filter((device) => (driver === 'gpu' ? device.capabilities.includes('gpu') : device.driver === driver));
    return sum + Math.min(count, theirs.length);
  }, 0);
  return Math.min(hidden, free.length);
}

/** -1 = all; a request that says neither a count nor ids means one. */
function wantedCount({ count }: DeviceRequest, suited: readonly EngineDevice[]): number {
  return count < 0 ? suited.length : Math.max(1, count);
}

/** The devices an id means: those of a class, or the one that CDI lists by that name (`--gpus device=0` for `nvidia.com/gpu=0`). */
function expand(id: string, devices: readonly EngineDevice[]): string[] {
  if (!id.endsWith(wholeClass)) {
    const isListed = devices.some((device) => device.id === id);
    const named = isListed ? undefined : devices.find((device) => device.id.endsWith(`=${id}`));
    return [named?.id ?? id];
  }
  const prefix = id.slice(0, -'all'.length);
  const members = devices.filter((device) => device.id.startsWith(prefix)).map((device) => device.id);
  return members.length === 0 ? [id] : members;
}

/** Capabilities are an OR of ANDs; only those an engine can list count (`gpu`, not `utility`). */
function suits(device: EngineDevice, { driver, capabilities }: DeviceRequest): boolean {
  const isOfDriver = driver === 'cdi' ? device.id.includes('=') : driver === '' || driver === device.driver;
  return (
    isOfDriver &&
    (capabilities.length === 0 || capabilities.some((all) => all.some((capability) => device.capabilities.includes(capability))))
  );
}

function kindOf({ capabilities, driver }: DeviceRequest): string {
  return capabilities[0]?.[0] ?? (driver === '' ? 'matching' : driver);
}
