import { exchange } from '../diff/wire/exchange.ts';
import type { WireAnswer } from '../diff/wire/wire-answer.ts';

const kept = {
  networks: ['net', 'bridge', 'none', 'host'],
  volumes: ['vol', 'spare-vol'],
  images: ['busybox:latest', 'spare:1'],
};
/** One node for both, or no container could have both; a bare engine takes it for any label. */
const Labels = { 'com.docker.swarm.constraints': '["node==node-2"]' };
const sleeper = { Image: 'busybox', Cmd: ['sleep', '600'], HostConfig: { Init: true } };

type Ask = (method: string, target: string, body?: unknown) => Promise<WireAnswer>;

/** Makes a host hold what requests name (`running`, `exited`, `made`, `net`, `vol`, `spare:1` …) and nothing else. */
export async function populate(address: string): Promise<void> {
  const ask: Ask = (method, target, body) => exchange(address, { method, target, body });
  // Containers first: they hold the others.
  await removeContainers(ask);
  await Promise.all([removeNetworks(ask), removeVolumes(ask), removeImages(ask)]);
  await ask('POST', '/images/busybox/tag?repo=spare&tag=1');
  await Promise.all([
    ask('POST', '/networks/create', { Name: 'net', CheckDuplicate: true, Labels }),
    ...kept.volumes.map((Name) => ask('POST', '/volumes/create', { Name, Labels })),
    ask('POST', '/containers/create?name=made', sleeper),
    started(ask, 'running', sleeper),
    started(ask, 'exited', { Image: 'busybox', Cmd: ['true'] }),
  ]);
}

async function started(ask: Ask, name: string, body: unknown): Promise<void> {
  await ask('POST', `/containers/create?name=${name}`, body);
  await ask('POST', `/containers/${name}/start`);
}

async function removeContainers(ask: Ask): Promise<void> {
  const containers = list(await ask('GET', '/containers/json?all=1'));
  await Promise.all(containers.map(({ Id }) => ask('DELETE', `/containers/${Id}?force=1&v=1`)));
}

async function removeNetworks(ask: Ask): Promise<void> {
  for (const { Id, Name } of list(await ask('GET', '/networks')))
    if (!kept.networks.includes(plain(Name))) await ask('DELETE', `/networks/${Id}`);
}

async function removeVolumes(ask: Ask): Promise<void> {
  for (const { Name } of list(await ask('GET', '/volumes'), 'Volumes'))
    if (!kept.volumes.includes(plain(Name))) await ask('DELETE', `/volumes/${encodeURIComponent(String(Name))}?force=1`);
}

async function removeImages(ask: Ask): Promise<void> {
  for (const { Id, RepoTags } of list(await ask('GET', '/images/json')))
    if (!(RepoTags as string[] | null)?.some((tag) => kept.images.includes(tag))) await ask('DELETE', `/images/${Id}?force=1`);
}

function list(answer: WireAnswer, member?: string): Readonly<Record<string, unknown>>[] {
  if (answer.status !== 200) throw new Error(`a list was refused: ${answer.status} ${answer.body.toString('utf8')}`);
  const parsed = JSON.parse(answer.body.toString('utf8'));
  return (member === undefined ? parsed : parsed[member]) ?? [];
}

/** Without the node that a fleet shows before names that several nodes have. */
function plain(name: unknown): string {
  return String(name).replace(/^.*\//, '');
}
