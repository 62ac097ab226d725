import type { DeviceRequest, EngineDevice } from '#contracts';

export type DeviceChoice = { readonly ids: readonly string[]; readonly refusal?: string };

/**
 * Picks free devices for all requests, or says what is missing. Devices are exclusive: one that a container holds is not free.
 * A container made behind Baleen's back with `--gpus n` holds n that nobody knows by id (`driver:n`), -1 all.
 */
export function chooseDevices(
  requests: readonly DeviceRequest[],
  offered: readonly EngineDevice[],
  held: Iterable<string>,
): DeviceChoice {
  const taken = new Set<string>();
  let unknown = 0;
  for (const device of held) {
    const counted = /^[^:]*:(-?\d+)$/.exec(device);
    if (counted === null || offered.some(({ id }) => id === device)) taken.add(device);
    else unknown += Number(counted[1]) < 0 ? offered.length : Number(counted[1]);
  }
  const ids: string[] = [];
  for (const request of requests) {
    const suited = offered.filter((device) => suits(device, request));
    if (suited.length === 0) return { ids: [], refusal: `the engine lists no ${kindOf(request)} device` };
    const free = suited.filter(({ id }) => !taken.has(id) && !ids.includes(id));
    const available = Math.max(0, free.length - unknown);
    if (request.ids.length > 0) {
      const missing = request.ids.find((id) => !free.some((device) => device.id === id));
      if (missing !== undefined)
        return {
          ids: [],
          refusal: `device ${missing} is ${offered.some(({ id }) => id === missing) ? 'in use' : 'not on the engine'}`,
        };
      ids.push(...request.ids);
      continue;
    }
    const wanted = request.count < 0 ? suited.length : request.count;
    if (wanted > available)
      return { ids: [], refusal: `${wanted} ${kindOf(request)} devices wanted, ${available} of ${suited.length} free` };
    ids.push(...free.slice(0, wanted).map(({ id }) => id));
  }
  return { ids };
}

/** Capabilities are an OR of ANDs; only those an engine can list count (`gpu`, not `utility`). */
function suits(device: EngineDevice, { driver, capabilities }: DeviceRequest): boolean {
  if (driver !== '' && driver !== device.driver) return false;
  return (
    capabilities.length === 0 || capabilities.some((all) => all.some((capability) => device.capabilities.includes(capability)))
  );
}

function kindOf({ capabilities, driver }: DeviceRequest): string {
  return capabilities[0]?.[0] ?? (driver === '' ? 'matching' : driver);
}
