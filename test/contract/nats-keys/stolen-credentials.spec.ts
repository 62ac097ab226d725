import { errors, headers, type NatsConnection } from '@nats-io/nats-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectNats, openNatsBus } from '#cluster-bus';
import { acquireLease, appendUnder, type ClusterLog, LogDoor, openDoorLog, openNatsLog, standingIn } from '#cluster-log';
import { agentAddress, engineKey, inboxPrefix, natsPrefix, streamName, subjects } from '#contracts';
import { pushClaims, revokeAgent } from '#nats-keys';
import { systemClock } from '#service-shell';
import { DaemonClaims } from '../../../apps/engine-monitor/src/claims/daemon-claims.ts';
import { eventually } from '../cluster-log/nats-server.fixture.ts';
import { type SecuredServer, startSecuredServer } from './secured-server.fixture.ts';

const cluster = 'fleet';
const prefix = natsPrefix(cluster);
const stream = streamName(cluster);
const own = '00000000000000aa';
const other = '00000000000000bb';
const keyOf = (id: string) => engineKey(agentAddress(id));
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (payload: Uint8Array | undefined) => (payload === undefined ? undefined : new TextDecoder().decode(payload));
const clock = systemClock;
const ignore = () => undefined;
const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** A fleet with two agents; the credentials of the first are in the wrong hands. */
describe('stolen credentials of an agent', () => {
  let server: SecuredServer;
  let log: ClusterLog;
  let stolen: string;
  let thief: NatsConnection;
  let monitor: NatsConnection;
  let door: LogDoor;
  const closers: (() => Promise<void>)[] = [];
  const violations: string[] = [];

  const dial = async (file: string) => {
    const connection = await connectNats({ url: server.url, credentialsFile: file, name: 'test', clock });
    closers.push(() => connection.close());
    return connection;
  };

  beforeAll(async () => {
    server = await startSecuredServer(cluster);
    monitor = await server.as('engine-monitor');
    const [discovery, scheduler] = await Promise.all([server.as('discovery'), server.as('scheduler')]);
    const common = { cluster, clock, storage: 'memory', replicas: 1 } as const;
    log = await openNatsLog({ ...common, connection: monitor });
    door = await LogDoor.open({ connection: monitor, log, cluster, clock, logger });
    const members = await openNatsLog({ ...common, connection: discovery });
    await members.append(subjects.member(keyOf(other)), bytes('{"key":"b"}'));
    await (await openNatsLog({ ...common, connection: scheduler })).append(subjects.lease('scheduler'), bytes('{"holder":"s"}'));
    await log.append(subjects.engineInfo(keyOf(other)), bytes('{}'));
    stolen = await server.join(own);
    thief = await dial(stolen);
    closers.push(...[monitor, discovery, scheduler].map((connection) => () => connection.close()));
    void (async () => {
      for await (const status of thief.status())
        if (status.type === 'error' && status.error instanceof errors.PermissionViolationError)
          violations.push(status.error.subject);
    })();
  });
  afterAll(async () => {
    await Promise.all(closers.map((close) => close()));
    await server.stop();
  });

  const refused = async (attempt: () => void) => {
    violations.length = 0;
    attempt();
    await thief.flush();
    await eventually(() => violations.length > 0, 2_000);
    return violations;
  };

  it.each([
    ['everything', '>'],
    ['the whole fleet', `${prefix}>`],
    ['the log as it is written', `${prefix}engine.>`],
    ['commands for another engine', prefix + subjects.engineCommand(keyOf(other), '*')],
    ['what the scheduler is asked', prefix + subjects.schedulerCommand('place')],
    ['bytes in tunnels of another engine', prefix + subjects.tunnelUp(keyOf(other), '*')],
    ['bytes out of its own tunnels, as a gateway would', prefix + subjects.tunnelDown(keyOf(own), '*')],
    ['requests of other agents', prefix + subjects.door('*', '*', '>')],
    ['all answers', '_INBOX.>'],
    ['answers to another agent', `${inboxPrefix(other)}.>`],
    ['answers to the gateways', `${inboxPrefix('api-gateway')}.>`],
    ['the servers’ own talk', '$SYS.>'],
    ['events of another engine', prefix + subjects.event(keyOf(other))],
  ])('cannot hear %s', async (_, subject) => {
    expect(await refused(() => void thief.subscribe(subject))).toEqual([subject]);
  });

  it.each([
    ['records of another engine', prefix + subjects.engineInfo(keyOf(other))],
    ['records of its own engine past the door', prefix + subjects.engineInfo(keyOf(own))],
    ['a lease', prefix + subjects.lease('scheduler')],
    ['a member', prefix + subjects.member('x')],
    ['commands to another engine', prefix + subjects.engineCommand(keyOf(other), 'create')],
    ['commands to the scheduler', prefix + subjects.schedulerCommand('place')],
    ['events of another engine', prefix + subjects.event(keyOf(other))],
    ['into tunnels of another engine', prefix + subjects.tunnelDown(keyOf(other), 't')],
    ['at the door as another agent', prefix + subjects.door(keyOf(other), 'any', 'stream')],
    ['answers that it was not asked for', `${inboxPrefix('api-gateway')}.guessed`],
    ['an order to delete the stream', `$JS.API.STREAM.DELETE.${stream}`],
    ['an order to purge it', `$JS.API.STREAM.PURGE.${stream}`],
    ['an order to make a consumer', `$JS.API.CONSUMER.CREATE.${stream}.c.${prefix}engine.${keyOf(own)}.>`],
    ['a question for the stream', `$JS.API.STREAM.INFO.${stream}`],
    ['a question for a record', `$JS.API.DIRECT.GET.${stream}.${prefix}${subjects.engineInfo(keyOf(own))}`],
    ['a question for any record', `$JS.API.STREAM.MSG.GET.${stream}`],
    ['claims to the servers', '$SYS.REQ.CLAIMS.UPDATE'],
  ])('cannot send %s', async (_, subject) => {
    expect(await refused(() => thief.publish(subject, bytes('{}')))).toEqual([subject]);
  });

  describe('at the door', () => {
    const ask = async (what: string, payload = '', meta?: Record<string, string>, reply?: string) => {
      const given = headers();
      for (const [name, value] of Object.entries(meta ?? {})) given.set(name, value);
      const subject = prefix + subjects.door(keyOf(own), 'any', what);
      if (reply !== undefined) return thief.publish(subject, payload, { reply, headers: given });
      return (await thief.request(subject, payload, { headers: given, timeout: 3_000 })).string();
    };
    const seqHeader = 'Nats-Expected-Last-Subject-Sequence';
    const subjectHeader = 'Nats-Expected-Last-Subject-Sequence-Subject';

    it.each([
      ['writes no record of another engine', `append.${subjects.engineInfo(keyOf(other))}`],
      ['writes no lease of another', `append.${subjects.lease(`engine.${keyOf(other)}`)}`],
      ['takes no leadership', `append.${subjects.lease('scheduler')}`],
      ['makes no member', `append.${subjects.member('x')}`],
      ['enrols nobody else', `append.${subjects.agent(other)}`],
      ['reads no record of another engine', `last.${subjects.engineInfo(keyOf(other))}`],
      ['reads no member but itself', `last.${subjects.member(keyOf(other))}`],
      ['reads no token', `last.${subjects.token('t')}`],
    ])('%s', async (_, what) => {
      expect(await ask(what, '{}')).toContain('is not of this engine');
    });

    it('expects nothing of other engines’ records', async () => {
      const meta = { [seqHeader]: '1', [subjectHeader]: prefix + subjects.lease('scheduler') };
      expect(await ask(`append.${subjects.engineInfo(keyOf(own))}`, '{}', meta)).toContain('is not of this engine');
    });

    it('follows nothing but its engine, and only into its own inbox', async () => {
      const follow = (filter: string, inbox: string) =>
        ask('follow', JSON.stringify({ name: 'f', inbox, filters: [prefix + filter] }));
      const inbox = `${inboxPrefix(own)}.f`;
      for (const filter of ['>', 'engine.>', subjects.engineAll(keyOf(other)), subjects.agent('*'), 'lease.>'])
        expect(await follow(filter, inbox)).toContain('is not of this engine');
      const mine = subjects.engineAll(keyOf(own));
      for (const into of [
        prefix + subjects.engineCommand(keyOf(other), 'create'),
        `${inboxPrefix(other)}.f`,
        `${inboxPrefix(own)}.*`,
      ])
        expect(await follow(mine, into)).toContain('is no inbox of the asker');
      expect(await follow(mine, inbox)).toContain('"pending"');
    });

    it('has no answer written where it may not publish', async () => {
      const target = subjects.lease('scheduler');
      const before = await log.get(target);
      for (const what of ['stream', `append.${subjects.engineInfo(keyOf(own))}`, `last.${subjects.engineInfo(keyOf(own))}`])
        await ask(what, '{}', {}, prefix + target);
      await ask('stream');
      expect((await log.get(target))?.sequence).toBe(before?.sequence);
    });

    it('has nothing answered or delivered into inboxes of others', async () => {
      const gateway = await server.as('api-gateway');
      closers.push(() => gateway.close());
      const inbox = `${inboxPrefix('api-gateway')}.waits`;
      const heard: string[] = [];
      gateway.subscribe(inbox, { callback: (_, { subject }) => void heard.push(subject) });
      await gateway.flush();
      const record = subjects.container(keyOf(own), 'x');
      await ask(`append.${record}`, '{"ok":{"engine":"the thief"}}');
      for (const what of [`last.${record}`, `append.${record}`, 'stream', 'unknown', `standing.${subjects.daemon('x')}`])
        await ask(what, '{}', {}, inbox);
      const mine = [prefix + subjects.engineAll(keyOf(own))];
      await ask('follow', JSON.stringify({ name: 'g', inbox, filters: mine }), {}, inbox);
      expect(await ask('follow', JSON.stringify({ name: 'h', inbox, filters: mine }))).toContain('is no inbox of the asker');
      await gateway.flush();
      expect(heard).toEqual([]);
    });

    it('learns from one command nothing of where the answers to others come in', async () => {
      const gateway = await server.as('api-gateway');
      closers.push(() => gateway.close());
      const bus = openNatsBus({ connection: gateway, cluster });
      const subject = subjects.engineCommand(keyOf(own), 'call');
      const replies: string[] = [];
      thief.subscribe(prefix + subject, {
        callback: (_, message) => {
          replies.push(message.reply ?? '');
          message.respond('{"ok":1}');
        },
      });
      await thief.flush();
      for (let i = 0; i < 2; i += 1) await bus.request(subject, {}, { timeoutMs: 2_000 });
      const [first = '', second = ''] = replies.map((reply) => reply.split('.').at(-1) ?? '');
      for (const token of [first, second])
        expect(token).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(first.slice(0, 8)).not.toBe(second.slice(0, 8));
    });

    it('takes no daemon from a member that serves it', async () => {
      const subject = subjects.daemon('theirs');
      const claim = { id: 'theirs', key: keyOf(other), address: '10.0.0.1:2375' };
      const sequence = await log.append(subject, bytes(JSON.stringify(claim)));
      const mine = JSON.stringify({ ...claim, key: keyOf(own) });
      for (const payload of [mine, ''])
        expect(await ask(`append.${subject}`, payload, { [seqHeader]: String(sequence) })).toContain('claimed by another member');
      // The server's own refusal, which has whoever never met the daemon look who holds it.
      expect(await ask(`append.${subject}`, mine, { [seqHeader]: '0' })).toContain('wrong last sequence');
      expect(await ask(`append.${subject}`, mine)).toContain('claimed by another member');
      expect(text((await log.get(subject))?.payload)).toBe(JSON.stringify(claim));
      expect(await standingIn(log)({ ...claim }, sequence)).toBe('stands');
      expect(await ask(`standing.${subject}`)).toBe('{"ok":{"standing":"stands"}}');
    });
  });

  it('take a daemon over that a member claims which is gone', async () => {
    await log.append(subjects.daemon('orphan'), bytes(JSON.stringify({ id: 'orphan', key: 'gone', address: '10.0.0.1:2375' })));
    const connection = await dial(await server.join(other));
    const { log: mine, standingOf } = await openDoorLog({ connection, cluster, key: keyOf(other), clock, logger });
    const claims = new DaemonClaims({ log: mine, clock, key: keyOf(other), address: 'nats://other', standingOf }, undefined);
    expect(await claims.take('orphan')).toBeUndefined();
    expect(text((await log.get(subjects.daemon('orphan')))?.payload)).toContain(keyOf(other));
    await mine.close();
  });

  it('do what an agent must: hold its lease, write and follow its records, serve and answer commands', async () => {
    const connection = await dial(await server.join(other));
    const { log: mine } = await openDoorLog({ connection, cluster, key: keyOf(other), clock, logger });
    const lease = await acquireLease(mine, clock, `engine.${keyOf(other)}`, { ttlMs: 2_000, holder: 'agent' });
    if (lease === undefined) throw new Error('no lease');
    const seen: string[] = [];
    const follower = mine.follow([subjects.engineAll(keyOf(other))], {
      onEntry: ({ payload }) => seen.push(text(payload) ?? 'gone'),
    });
    await follower.caughtUp;
    const sequence = await appendUnder(lease, mine, subjects.engineInfo(keyOf(other)), bytes('{"a":1}'));
    await follower.reached(sequence, 2_000);
    expect(seen).toEqual(['{}', '{"a":1}']);
    expect(text((await mine.get(subjects.engineInfo(keyOf(other))))?.payload)).toBe('{"a":1}');
    const gateway = await server.as('api-gateway');
    closers.push(() => gateway.close());
    await openNatsBus({ connection, cluster }).serve(subjects.engineCommand(keyOf(other), 'probe'), async () => 'served');
    const bus = openNatsBus({ connection: gateway, cluster });
    expect(await bus.request(subjects.engineCommand(keyOf(other), 'probe'), {}, { timeoutMs: 2_000 })).toBe('served');
    await lease.release();
    await mine.close();
  });

  it('are cut off within seconds of their revocation, and let in nobody any more; others stay', async () => {
    const ring = revokeAgent(server.keys.ring, own, Math.floor(clock.nowMs() / 1_000));
    if (ring === undefined) throw new Error('not issued');
    await server.keys.change(ring);
    const cut = Promise.withResolvers<void>();
    void (async () => {
      for await (const status of thief.status()) if (status.type === 'disconnect') cut.resolve();
    })();
    const startedMs = performance.now();
    await pushClaims(server.keys, { servers: [new URL(server.url).host] });
    await cut.promise;
    const tookMs = performance.now() - startedMs;
    process.stdout.write(`revoked: cut off after ${tookMs.toFixed(0)} ms\n`);
    expect(tookMs).toBeLessThan(3_000);
    await expect(
      connectNats({
        url: server.url,
        credentialsFile: stolen,
        name: 'again',
        clock,
        firstConnectMs: 300,
      }),
    ).rejects.toMatchObject({ code: 'cluster/unavailable' });
    await dial(await server.join('00000000000000cc'));
  });

  it('end by themselves when their time is over', async () => {
    const connection = await dial(await server.join('00000000000000dd', 2));
    const ended = Promise.withResolvers<void>();
    void (async () => {
      for await (const status of connection.status()) if (status.type === 'disconnect') ended.resolve();
    })();
    await expect(ended.promise).resolves.toBeUndefined();
    door.close();
  });
});
