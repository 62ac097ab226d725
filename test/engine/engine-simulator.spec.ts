import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#service-shell';
import { EngineHost, Testbed, type TestEngine, whyNoEngines } from '#testing';
import { exchange } from '../diff/wire/exchange.ts';
import { headerOf, type WireAnswer } from '../diff/wire/wire-answer.ts';
import { jsonShape, shapeDifferences } from './json-shape.ts';

type Step = readonly [method: string, target: string, body?: unknown];

const web = {
  Image: 'busybox',
  Cmd: ['sh', '-c', 'while true; do echo hi; sleep 1; done'],
  Env: ['A=b'],
  Labels: { 'com.example.app': 'web' },
  ExposedPorts: { '80/tcp': {} },
  HostConfig: {
    PortBindings: { '80/tcp': [{ HostPort: '18080' }] },
    NetworkMode: 'front',
    Binds: ['state:/data'],
    Memory: 67_108_864,
  },
};
const idle = { Image: 'busybox', Cmd: ['cat'], OpenStdin: true };
const byName = (name: string) => `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ name: [name] }))}`;

/** Asked of both, in this order. */
const steps: readonly Step[] = [
  ['GET', '/_ping'],
  ['HEAD', '/_ping'],
  ['GET', '/version'],
  ['GET', '/info'],
  ['POST', '/networks/create', { Name: 'front', Labels: { a: 'b' } }],
  ['POST', '/networks/create', { Name: 'front' }],
  ['POST', '/volumes/create', { Name: 'state', Labels: { a: 'b' } }],
  ['POST', '/containers/create?name=web', web],
  ['POST', '/containers/create?name=web', web],
  ['POST', '/containers/create?name=none', { Image: 'nothing' }],
  ['POST', '/containers/create', {}],
  ['GET', '/containers/web/json'],
  ['POST', '/containers/web/start'],
  ['POST', '/containers/web/start'],
  ['GET', '/containers/web/json'],
  ['GET', '/containers/json'],
  ['POST', '/containers/create?name=idle', idle],
  ['GET', byName('idle')],
  ['POST', '/containers/idle/start'],
  ['POST', '/networks/front/connect', { Container: 'idle' }],
  ['GET', '/containers/json?all=1'],
  ['GET', '/containers/idle/json'],
  ['GET', '/networks'],
  ['GET', '/networks/front'],
  ['GET', '/volumes'],
  ['GET', '/volumes/state'],
  ['GET', '/images/json'],
  ['GET', '/images/busybox/json'],
  ['GET', '/images/busybox/history'],
  ['POST', '/containers/idle/exec', { Cmd: ['cat'], AttachStdin: true, AttachStdout: true }],
  ['GET', '/containers/web/top'],
  ['GET', '/containers/web/logs?stdout=0'],
  ['POST', '/containers/idle/pause'],
  ['POST', '/containers/idle/pause'],
  ['POST', '/containers/idle/unpause'],
  ['POST', '/containers/idle/rename?name=other'],
  ['POST', '/containers/other/update', { Memory: 33_554_432, MemorySwap: -1 }],
  ['DELETE', '/containers/other'],
  ['POST', '/containers/other/kill'],
  ['POST', '/containers/other/wait'],
  ['POST', '/containers/other/kill'],
  ['POST', '/containers/other/stop'],
  ['GET', '/containers/other/json'],
  ['GET', byName('other')],
  ['DELETE', '/networks/front'],
  ['DELETE', '/volumes/state'],
  ['DELETE', '/containers/other'],
  ['DELETE', '/containers/web?force=1'],
  ['DELETE', '/networks/front'],
  ['DELETE', '/networks/bridge'],
  ['DELETE', '/volumes/state'],
  ['DELETE', '/volumes/state'],
  ['GET', '/system/df'],
  ['GET', '/containers/nothing/json'],
  ['GET', '/images/nothing/json'],
  ['GET', '/networks/nothing'],
  ['POST', '/exec/nothing/start', {}],
  ['GET', '/nothing'],
  ['GET', '/v1.99/info'],
  ['GET', '/v1.20/info'],
  ['GET', '/containers/json?filters=x'],
  ['GET', `/containers/json?filters=${encodeURIComponent('{"nothing":["x"]}')}`],
];

/** Paths whose members the simulator does not make, and why. */
const leftOut = new Map([
  ['$.Runtimes.*', 'the features of a runtime, kilobytes of them, are read by nobody'],
  ['$.Warnings', 'the real engine warns of its open port'],
  ['$.RegistryConfig', 'a simulated engine names no registry'],
  ['$.DriverStatus', 'of the file system that the real engine lies on'],
  ['$.Components[].Details', 'what distributions say of how they built'],
  ['$.Containers[].SizeRw', 'known once something has been written'],
]);

describe.skipIf(whyNoEngines() !== undefined)('the engine simulator against a real engine', () => {
  let bed: Testbed;
  let host: EngineHost;
  let engine: TestEngine;
  let simulated: string;

  beforeAll(async () => {
    bed = await Testbed.open('simulator-spec');
    engine = await bed.engine({ generation: 'new' });
    await engine.image();
    host = await EngineHost.open({ engines: 1, containers: 0, images: 1 }, systemClock);
    [simulated = ''] = host.addresses;
  });

  afterAll(async () => {
    await host.close();
    await bed.close();
  });

  it('answers the same requests with the same status, headers and shapes, and tells of them in the same order', async () => {
    const differences: string[] = [];
    for (const [method, target, body] of steps) {
      const request = { method, target, ...(body === undefined ? {} : { body }) };
      const [real, other] = await Promise.all([exchange(engine.address, request), exchange(simulated, request)]);
      for (const difference of answerDifferences(real, other)) differences.push(`${method} ${target}: ${difference}`);
    }
    expect(differences).toEqual([]);
    const told = await Promise.all([engine.address, simulated].map(eventsOf));
    expect(told[1]).toEqual(told[0]);
  });
});

/** What clients read of an answer. `Date`, `Content-Length` and the like differ with the body, and Go chunks what is longer than a buffer. */
function answerDifferences(real: WireAnswer, simulated: WireAnswer): string[] {
  const names = (answer: WireAnswer) =>
    answer.headers
      .map(([name]) => name.toLowerCase())
      .filter((name) => !['content-length', 'transfer-encoding', 'x-content-type-options'].includes(name))
      .sort()
      .join(' ');
  const same = (what: string, one: unknown, other: unknown) => (one === other ? [] : [`${what} ${one}, not ${other}`]);
  return [
    ...same('status', real.status, simulated.status),
    ...same('headers', names(real), names(simulated)),
    ...same('type', headerOf(real, 'content-type'), headerOf(simulated, 'content-type')),
    ...bodyDifferences(real, simulated),
  ];
}

/** Refusals are compared word by word, but for ids; documents by their shape. */
function bodyDifferences(real: WireAnswer, simulated: WireAnswer): string[] {
  const [left, right] = [real, simulated].map(({ body }) => body.toString('utf8'));
  if (headerOf(real, 'content-type') !== 'application/json' || real.status >= 400) {
    const [one, other] = [left, right].map((text) => text?.replaceAll(/[0-9a-f]{12,64}/g, '<id>'));
    return one === other ? [] : [`${one}, not ${other}`];
  }
  return shapeDifferences(jsonShape(JSON.parse(left ?? '')), jsonShape(JSON.parse(right ?? '')), leftOut);
}

type Told = {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly Attributes: Readonly<Record<string, string>> };
};

/** All events so far, as `container start web image name …`: type, action, the actor's name and the names of its attributes. */
async function eventsOf(address: string): Promise<string[]> {
  const until = Math.trunc(Date.now() / 1_000) + 1;
  const { body } = await exchange(address, { method: 'GET', target: `/events?since=0&until=${until}` });
  const lines = body
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  const told = lines
    .map((line) => JSON.parse(line) as Told)
    .filter(({ Type }) => Type !== 'image')
    .map(
      ({ Type, Action, Actor }) =>
        `${Type} ${Action} ${Actor.Attributes['name'] ?? ''} ${Object.keys(Actor.Attributes).join(' ')}`,
    );
  return inOrder(told);
}

/** Daemons leave a container's networks in any order. */
function inOrder(told: readonly string[]): string[] {
  const ordered = [...told];
  const leaves = (line: string | undefined) => line?.startsWith('network disconnect') === true;
  for (let at = 0; at < ordered.length; at++) {
    let end = at;
    while (leaves(ordered[end])) end++;
    ordered.splice(at, end - at, ...ordered.slice(at, end).sort());
    at = Math.max(at, end - 1);
  }
  return ordered;
}
