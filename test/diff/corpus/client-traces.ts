import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario, Session } from '../session.ts';

/** What other clients than the docker CLI ask, in their order: compose, buildx, dockerode, Testcontainers, docker-py. */
export const clientTraces: [string, Scenario][] = [
  ['docker compose up, ps, logs, exec, down', compose],
  ['docker build through buildx', buildx],
  ['dockerode: the usual calls', dockerode],
  ['Testcontainers: a container with files and a wait strategy', testcontainers],
  ['docker-py: filters as lists, booleans as words', dockerPy],
];

const project = `
services:
  web:
    image: busybox
    init: true
    command: sleep 600
    depends_on: [db]
  db:
    image: busybox
    init: true
    command: sh -c "echo ready; sleep 600"
    volumes: [data:/data]
volumes:
  data: {}
`;

async function compose(session: Session): Promise<void> {
  writeFileSync(join(session.folder, 'compose.yaml'), project);
  const run = (...args: readonly string[]) => session.docker('compose', '-p', 'shop', '--progress', 'quiet', ...args);
  await run('up', '-d');
  await run('ps', '--format', '{{.Name}} {{.Service}} {{.State}}');
  await run('logs', '--no-color', 'db');
  await run('exec', '-T', 'web', 'echo', 'inside');
  await run('up', '-d');
  await run('stop', '-t', '0');
  await run('ps', '-a', '--format', '{{.Name}} {{.State}}');
  await run('down', '-v', '-t', '0');
  await session.docker('volume', 'ls', '-q', '--filter', 'name=shop');
  await session.docker('network', 'ls', '-q', '--filter', 'name=shop');
}

async function buildx(session: Session): Promise<void> {
  writeFileSync(join(session.folder, 'Dockerfile'), 'FROM busybox\nRUN echo built > /built\nCMD ["cat", "/built"]\n');
  await session.docker('build', '-q', '-t', 'bx:1', '.');
  await session.docker('run', '--rm', 'bx:1');
  writeFileSync(join(session.folder, 'Dockerfile'), 'FROM busybox\nRUN exit 3\n');
  await session.docker('build', '-q', '.');
  await session.docker('rmi', '-f', 'bx:1');
}

async function dockerode(session: Session): Promise<void> {
  const docker = session.dockerode;
  await session.call('ping', async () => String(await docker.ping()));
  await session.call(
    'createContainer',
    async () => (await docker.createContainer({ name: 'dode', Image: 'busybox', Cmd: ['sleep', '600'] })).id,
  );
  const container = docker.getContainer('dode');
  await session.call('start', () => container.start());
  await session.call('start again', () => container.start());
  await session.call('inspect', async () => (await container.inspect()).State.Status);
  await session.call('listContainers', async () =>
    (await docker.listContainers({ filters: { name: ['dode'] } })).map(({ State }) => State),
  );
  await session.call('exec', async () => (await container.exec({ Cmd: ['true'] })).id.length);
  await session.call('top', async () => (await container.top()).Titles);
  await session.call('remove while it runs', () => container.remove());
  await session.call('remove', () => container.remove({ force: true }));
  await session.call('inspect what is gone', () => container.inspect());
  await session.call('createContainer without image', () => docker.createContainer({ Image: 'nothing' }));
  await session.call('createNetwork', async () => (await docker.createNetwork({ Name: 'dnet' })).id.length);
  await session.call('network.remove', () => docker.getNetwork('dnet').remove());
  await session.call('createVolume', async () => Object.keys(await docker.createVolume({ Name: 'dvol' })).length > 0);
  await session.call('volume.remove', () => docker.getVolume('dvol').remove());
  await session.call('listVolumes', () => docker.listVolumes());
  await session.call('getImage.inspect', async () => (await docker.getImage('busybox').inspect()).RepoTags);
  await session.call('getImage of nothing', () => docker.getImage('nothing').inspect());
  await session.call('df', async () => Object.keys(await docker.df()).sort());
  await session.call('pruneContainers', () => docker.pruneContainers());
}

async function testcontainers(session: Session): Promise<void> {
  await session.ask('GET', '/images/testcontainers/ryuk:0/json');
  await session.ask('POST', '/networks/create', {
    body: {
      Name: 'tc',
      Driver: 'bridge',
      CheckDuplicate: true,
      Internal: false,
      Attachable: false,
      Labels: { 'org.testcontainers.session-id': 's1' },
    },
  });
  await session.ask('POST', '/containers/create?name=tc', {
    body: {
      Image: 'busybox',
      name: 'tc',
      Cmd: ['sh', '-c', 'cat /from-outside; sleep 0.3; echo listening; sleep 600'],
      Labels: { 'org.testcontainers.session-id': 's1' },
      ExposedPorts: { '8080/tcp': {} },
      HostConfig: { PortBindings: { '8080/tcp': [{ HostPort: '0' }] }, AutoRemove: false, Init: true },
    },
  });
  await session.ask('POST', '/networks/tc/connect', { body: { Container: 'tc', EndpointConfig: { Aliases: ['alias'] } } });
  await session.quietly('POST', '/containers/create?name=source', { body: { Image: 'busybox' } });
  const { body } = await session.quietly('GET', '/containers/source/archive?path=/etc/passwd');
  await session.quietly('DELETE', '/containers/source');
  await session.ask('PUT', '/containers/tc/archive?path=/', {
    headers: [['Content-Type', 'application/tar']],
    body,
    chunkBytes: 512,
  });
  await session.ask('POST', '/containers/tc/start');
  await session.ask('GET', '/containers/tc/json');
  await session.ask('GET', '/containers/tc/logs?follow=true&stdout=true&stderr=true', { cutAfterMs: 700 });
  const made = await session.ask('POST', '/containers/tc/exec', {
    body: { Cmd: ['sh', '-c', 'cat /etc/passwd | wc -l'], AttachStdout: true, AttachStderr: true },
  });
  const { Id } = JSON.parse(made.body.toString('utf8')) as { Id: string };
  await session.ask('POST', `/exec/${Id}/start`, { body: { Detach: false, Tty: false } });
  await session.ask('GET', `/exec/${Id}/json`);
  await session.ask('POST', '/containers/tc/stop?t=0');
  await session.ask('DELETE', '/containers/tc?v=true');
  await session.ask('DELETE', '/networks/tc');
}

async function dockerPy(session: Session): Promise<void> {
  await session.ask('GET', '/v1.41/version');
  await session.ask('POST', '/v1.41/containers/create?name=py', {
    body: { Image: 'busybox', Cmd: ['sleep', '600'], HostConfig: { NetworkMode: 'default', Init: true } },
  });
  await session.ask('GET', '/v1.41/containers/py/json');
  await session.ask('POST', '/v1.41/containers/py/start');
  await session.ask('GET', '/v1.41/containers/json?limit=-1&all=0&size=0&trunc_cmd=0&filters=%7B%22name%22%3A+%5B%22py%22%5D%7D');
  await session.ask('POST', '/v1.41/containers/py/attach?logs=0&stdout=1&stderr=1&stream=1', {
    headers: [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'tcp'],
    ],
    cutAfterMs: 200,
  });
  await session.ask('GET', '/v1.41/containers/py/stats?stream=False&one-shot=True');
  await session.ask('DELETE', '/v1.41/containers/py?v=False&link=False&force=True');
}
