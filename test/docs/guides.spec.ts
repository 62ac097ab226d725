import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../apps/cli/src/program.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root })];
const program = buildProgram('', {}, () => undefined);

it('the help of commands refers to pages that there are', () => {
  const named = readFileSync(join(root, 'docs/cli.md'), 'utf8').match(/\b[\w./-]+\.md\b/g) ?? [];
  expect([...new Set(named)].filter((page) => !existsSync(join(root, page)))).toEqual([]);
});

describe('a page for people', () => {
  it.each(pages)('%s links to what is there', (page) => {
    expect(linksOf(page).filter((link) => !leadsSomewhere(page, link))).toEqual([]);
  });

  it.each(pages)('%s shows commands and flags that there are', (page) => {
    expect(commandLines(page).flatMap(unknownFlags)).toEqual([]);
  });
});

/** Of `swarm manage`, `join`, `list` and `create` 1.2.9. */
const classicFlags = `
  --debug --log-level --experimental --help --version --timeout --discovery-opt --advertise --addr --delay --heartbeat --ttl
  --strategy --filter --host --replication --replication-ttl --tls --tlsverify --tlscacert --tlscert --tlskey
  --engine-refresh-min-interval --engine-refresh-max-interval --engine-failure-retry --engine-refresh-retry --api-enable-cors --cors
  --cluster-driver --cluster-opt --refresh-on-node-filter --container-name-refresh-filter
  SWARM_DISCOVERY SWARM_ADVERTISE SWARM_HOST DEBUG swarm.overcommit swarm.createretry kv.path kv.cacertfile kv.certfile kv.keyfile
  com.docker.swarm.affinities com.docker.swarm.constraints com.docker.swarm.whitelists com.docker.swarm.reschedule-policies com.docker.swarm.id
  affinity: constraint: whitelist: reschedule: containerslots executiondriver spread binpack random
  nodes:// file:// consul:// etcd:// zk:// token://`
  .trim()
  .split(/\s+/);

it('the guide of migration says of every word of classic’s what becomes of it', () => {
  const guide = readFileSync(join(root, 'docs/guides/migrate-from-classic-swarm.md'), 'utf8');
  const words = new Set(guide.match(/[\w.:/-]+/g));
  const isSaid = (word: string) => words.has(word) || (/[:/]$/.test(word) && guide.includes(word));
  expect(classicFlags.filter((word) => !isSaid(word))).toEqual([]);
});

/** Links within the repository, with their anchors. */
function linksOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8').replace(/```[^]*?```|`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link).filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? join(root, page) : join(root, dirname(page), path);
  if (!existsSync(target)) return false;
  return anchor === undefined || anchorsOf(target).has(anchor);
}

/** As GitHub makes them. */
function anchorsOf(target: string): Set<string> {
  const headings = readFileSync(target, 'utf8').matchAll(/^#+ (.*)$/gm);
  const anchors = [...headings].map(([, heading = '']) => heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, ''));
  return new Set(anchors.map((anchor) => anchor.replaceAll(' ', '-')));
}

/** Lines of shell that run baleen. */
function commandLines(page: string): string[] {
  const blocks = readFileSync(join(root, page), 'utf8').matchAll(/```sh\n([^]*?)```/g);
  const lines = [...blocks].flatMap(([, block = '']) => block.split('\n'));
  return lines.filter((line) => /^(bin\/)?baleen /.test(line)).map((line) => line.replace(/\s#.*/, ''));
}

function unknownFlags(line: string): string[] {
  const [, ...words] = line.trim().split(/\s+/);
  const name = words.find((word) => !word.startsWith('-')) ?? '';
  const named = name.split(/[|<]/).map((each) => program.commands.find((command) => command.name() === each));
  if (named.some((command) => command === undefined)) return [`${line}: there is no ${name}`];
  const known = new Set([program, ...named].flatMap((command) => (command === undefined ? [] : flagsOf(command))));
  const ours = words.includes('--dry-run') ? words.slice(0, words.indexOf('--dry-run') + 1) : words;
  const flags = ours.filter((word) => /^--?[a-zA-Z]/.test(word)).map((word) => word.replace(/=.*/, ''));
  return flags.filter((flag) => !known.has(flag)).map((flag) => `${line}: there is no ${flag}`);
}

function flagsOf(command: Command): string[] {
  const own = command.options.flatMap(({ long, short }) => [long ?? '', short ?? '']);
  return [...own, '-h', '--help', '-v', '--version'];
}
