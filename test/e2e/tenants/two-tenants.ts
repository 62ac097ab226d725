import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Testbed } from '#testing';
import { type DockerCli, dockerCli } from '../clients/docker-cli.ts';
import { run } from '../clients/run.ts';
import { eventually } from '../eventually.ts';
import { bedOf } from '../product/bed.ts';
import { freePort } from '../product/free-port.ts';
import { Stack } from '../product/stack.ts';
import { OtlpCollector } from '../stand-ins/otlp-collector.ts';

export const program = fileURLToPath(new URL('../../../bin/baleen', import.meta.url));

const upMaxMs = 30_000;

/** An admin, an operator of each tenant, and a viewer of the first. */
const everybody = ['root', 'alice', 'bob', 'eyes'] as const;
export type Who = (typeof everybody)[number];
type Token = { readonly who: Who; readonly token: string; readonly digest: string };

/** A fleet of an old and a new engine under a policy of two tenants, with an audit log, traces and a log stream on disk. */
export class TwoTenants {
  readonly bed: Testbed;
  readonly stack: Stack;
  /** Takes the traces of every request. */
  readonly collector: OtlpCollector;
  readonly tokens: Record<Who, string>;
  readonly as: Record<Who, DockerCli>;
  /** Where the operators' listener is. */
  readonly adminUrl: string;
  readonly #folder: string;

  static async open(): Promise<TwoTenants> {
    const folder = mkdtempSync(join(tmpdir(), 'baleen-tenants-'));
    const file = (name: string) => join(folder, name);
    const [{ bed }, made, port] = await Promise.all([
      bedOf('tenants', ['new', 'old']),
      Promise.all(everybody.map(tokenOf)),
      freePort(),
    ]);
    const collector = await OtlpCollector.open();
    let stop: () => unknown = () => undefined;
    try {
      writeFileSync(file('policy.json'), JSON.stringify(policyOf(made)));
      const flags = ['--policy', file('policy.json'), '--audit-log', file('audit.log'), '--audit-reads'];
      const storage = ['--nats-storage', 'file', '--nats-dir', file('nats'), '--admin', `tcp://127.0.0.1:${port}`];
      const env = { BALEEN_OTLP_ENDPOINT: collector.url, BALEEN_TRACE_RATIO: '1' };
      const stack = await Stack.start({ discovery: bed.nodesArgument, flags: [...flags, ...storage], env });
      stop = () => stack.stop();
      await eventually('manage reports the fleet', upMaxMs, () => stack.stderr.includes('engines: 2 of 2 healthy') || undefined);
      return new TwoTenants({ folder, bed, stack, collector, made, adminUrl: `http://127.0.0.1:${port}` });
    } catch (error) {
      await stop();
      collector.close();
      await bed.close();
      throw error;
    }
  }

  private constructor(parts: Pick<TwoTenants, 'bed' | 'stack' | 'collector' | 'adminUrl'> & { folder: string; made: Token[] }) {
    const { folder, made, bed, stack } = parts;
    this.bed = bed;
    this.stack = stack;
    this.collector = parts.collector;
    this.adminUrl = parts.adminUrl;
    this.#folder = folder;
    this.tokens = ofEach(made, ({ token }) => token);
    this.as = ofEach(made, ({ who, token }) => {
      const config = this.file(`docker-${who}`);
      cpSync(bed.dockerConfig, config, { recursive: true });
      writeFileSync(join(config, 'config.json'), JSON.stringify({ HttpHeaders: { Authorization: `Bearer ${token}` } }));
      return dockerCli(stack.host(), config);
    });
  }

  /** In a folder that goes with the fleet. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  ask(who: Who, method: string, path: string, body?: object): Promise<Response> {
    return fetch(`${this.stack.url()}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.tokens[who]}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  audit(): Record<string, unknown>[] {
    const lines = readFileSync(this.file('audit.log'), 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Everything that the fleet has written or sent of itself: traces, output, audit log, log stream. */
  written(): string[] {
    const { collector, stack } = this;
    const streamed = readdirSync(this.file('nats'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    return [collector.text, stack.stderr, stack.stdout, readFileSync(this.file('audit.log'), 'latin1'), ...streamed];
  }

  async close(): Promise<void> {
    await this.stack.stop();
    this.collector.close();
    await this.bed.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** As `baleen policy token` makes and shows it. */
async function tokenOf(who: Who): Promise<Token> {
  const { stdout } = await run(program, ['policy', 'token', who], { cwd: '/', env: process.env });
  const [token = '', digest = ''] = [/^ {2}([0-9a-f]{64})$/m.exec(stdout)?.[1], /sha256:[0-9a-f]{64}/.exec(stdout)?.[0]];
  return { who, token, digest };
}

function policyOf(made: Token[]): object {
  const tokens = ofEach(made, ({ digest }) => [digest]);
  const images = { use: ['busybox'] };
  return {
    identities: {
      root: { tokens: tokens.root, role: 'admin' },
      alice: { tokens: tokens.alice, role: 'operator', tenant: 'team-a' },
      bob: { tokens: tokens.bob, role: 'operator', tenant: 'team-b' },
      eyes: { tokens: tokens.eyes, role: 'viewer', tenant: 'team-a' },
    },
    tenants: {
      'team-a': {
        images: { ...images, own: ['registry.test/team-a/*'] },
        containers: { capabilities: ['NET_ADMIN'] },
        quotas: { containers: 4 },
      },
      'team-b': { images },
    },
  };
}

function ofEach<T>(made: Token[], make: (token: Token) => T): Record<Who, T> {
  return Object.fromEntries(made.map((token) => [token.who, make(token)])) as Record<Who, T>;
}
