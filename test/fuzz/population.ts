import { exchange } from '../diff/wire/exchange.ts';
import type { WireAnswer } from '../diff/wire/wire-answer.ts';

const kept = {
  networks: ['net', 'bridge', 'none', 'host'],
  volumes: ['vol', 'spare-vol'],
  images: ['busybox:latest', 'spare:1'],
};
const sleeper = { Image: 'busybox', Cmd: ['sleep', '600'], HostConfig: { Init: true } };

/** Makes a host hold what requests name (`running`, `exited`, `made`, `net`, `vol`, `spare:1` …) and nothing else. */
export async function populate(address: string): Promise<void> {
  const ask = (method: string, target: string, body?: unknown) => exchange(address, { method, target, body });
  for (const { Id } of list(await ask('GET', '/containers/json?all=1'))) await ask('DELETE', `/containers/${Id}?force=1&v=1`);
  for (const { Id, Name } of list(await ask('GET', '/networks')))
    if (!kept.networks.includes(plain(Name))) await ask('DELETE', `/networks/${Id}`);
  for (const { Name } of list(await ask('GET', '/volumes'), 'Volumes'))
    if (!kept.volumes.includes(plain(Name))) await ask('DELETE', `/volumes/${encodeURIComponent(String(Name))}?force=1`);
  for (const { Id, RepoTags } of list(await ask('GET', '/images/json')))
    if (!(RepoTags as string[] | null)?.some((tag) => kept.images.includes(tag))) await ask('DELETE', `/images/${Id}?force=1`);
  await ask('POST', '/images/busybox/tag?repo=spare&tag=1');
  await ask('POST', '/networks/create', { Name: 'net', CheckDuplicate: true });
  for (const Name of kept.volumes) await ask('POST', '/volumes/create', { Name });
  for (const name of ['running', 'made']) await ask('POST', `/containers/create?name=${name}`, sleeper);
  await ask('POST', '/containers/create?name=exited', { Image: 'busybox', Cmd: ['true'] });
  await ask('POST', '/containers/running/start');
  await ask('POST', '/containers/exited/start');
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
