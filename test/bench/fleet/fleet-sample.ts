import { z } from 'zod';

/** What can be asked for: ids, plain names, and labels that few containers have, as `key=value`. */
type Words = { readonly ids: readonly string[]; readonly names: readonly string[]; readonly labels: readonly string[] };

/** Some words of the whole fleet, those of them whose containers run, and those of one of its engines. */
export type FleetSample = { readonly address: string; readonly engine: Words; readonly fleet: Words; readonly running: Words };

const Summaries = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()),
    State: z.string(),
    Labels: z.record(z.string(), z.string()).nullable(),
  }),
);
type Summaries = z.infer<typeof Summaries>;

/** Enough that no answer is one that was just given, few enough to be asked of the engines. */
const enginesMax = 20;
const containersMax = 10;

export async function sampleOf(addresses: readonly string[]): Promise<FleetSample> {
  const [address = ''] = addresses;
  const step = Math.max(1, Math.floor(addresses.length / enginesMax));
  const asked = addresses.filter((_, index) => index % step === 0).slice(0, enginesMax);
  const lists = await Promise.all(asked.map(containersOf));
  const labels = rareLabels(lists.flat());
  const words = (containers: Summaries): Words => ({
    ids: containers.map(({ Id }) => Id),
    names: containers.map(({ Names }) => Names[0]?.slice(1) ?? ''),
    labels,
  });
  const some = lists.flatMap((list) => list.filter((_, index) => index % Math.ceil(list.length / containersMax) === 0));
  const running = some.filter(({ State }) => State === 'running');
  return { address, engine: words(lists[0] ?? []), fleet: words(some), running: words(running) };
}

async function containersOf(address: string): Promise<Summaries> {
  return Summaries.parse(await (await fetch(`http://${address}/containers/json?all=1`)).json());
}

/** Those that the fewest of these containers have. */
function rareLabels(containers: Summaries): string[] {
  const counts = new Map<string, number>();
  for (const { Labels } of containers)
    for (const [key, value] of Object.entries(Labels ?? {}))
      counts.set(`${key}=${value}`, (counts.get(`${key}=${value}`) ?? 0) + 1);
  const fewest = Math.min(...counts.values());
  return [...counts].filter(([, count]) => count === fewest).map(([label]) => label);
}

const Images = z.array(z.object({ RepoTags: z.array(z.string()).nullable() }));

/** The name of an image that the engine has. */
export async function imageOf(address: string): Promise<string> {
  const images = Images.parse(await (await fetch(`http://${address}/images/json`)).json());
  const name = images.flatMap(({ RepoTags }) => RepoTags ?? [])[0];
  if (name === undefined) throw new Error(`${address} has no image with a name`);
  return name;
}
