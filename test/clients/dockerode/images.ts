import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { expect, it } from 'vitest';
import { created, type DockerHost, progress, refusalOf } from './host.ts';
import { tarOf } from './tar.ts';

/** Methods that its types lack. */
const untyped = (docker: Docker) =>
  docker as unknown as Record<'pullAll' | 'getImages', (options: unknown) => Promise<NodeJS.ReadableStream>>;

/** Image, and what Docker has for images. */
export function imageTests(host: () => DockerHost): void {
  it('pulls, in each of three ways', async () => {
    const { docker } = host();
    const pulled = await progress(docker, await docker.pull('busybox:latest'));
    expect(pulled.map(({ status }) => status).join('\n')).toMatch(/Downloaded newer image|Image is up to date/);
    await progress(docker, await docker.createImage({ fromImage: 'busybox', tag: 'latest' }));
    await progress(docker, await untyped(docker).pullAll('busybox'));
    expect(await refusalOf(docker.pull(`${host().registry}/nothing:1`))).toMatchObject({ status: expect.any(Number) });
  });

  it('inspects, lists and tells the history of an image', async () => {
    const { docker } = host();
    const image = docker.getImage('busybox');
    const { Id, RepoTags } = await image.inspect();
    expect(RepoTags).toContain('busybox:latest');
    expect((await image.history()).length).toBeGreaterThan(0);
    const listed = await docker.listImages({ filters: { reference: ['busybox'] } });
    expect(listed.map((row) => row.Id)).toEqual([Id]);
    const message = 'No such image: nothing:latest';
    expect(await refusalOf(docker.getImage('nothing').inspect())).toEqual({ status: 404, message });
  });

  it('tags, pushes, asks the registry, and removes', async () => {
    const { docker, name, registry } = host();
    const repo = `${registry}/${name}/app`;
    await docker.getImage('busybox').tag({ repo, tag: '1' });
    const image = docker.getImage(`${repo}:1`);
    const pushed = await progress(docker, await image.push({ authconfig: { username: '', password: '', serveraddress: '' } }));
    expect(pushed.map(({ status }) => String(status)).join('\n')).toContain('digest: sha256:');
    expect(await image.distribution()).toMatchObject({ Descriptor: { digest: expect.stringMatching(/^sha256:/) } });
    const removed = (await image.remove()) as unknown as Record<string, string>[];
    expect(removed).toContainEqual({ Untagged: `${repo}:1` });
    expect(await refusalOf(image.remove())).toMatchObject({ status: 404 });
  });

  it('saves and loads, one and several', async () => {
    const { docker, name } = host();
    await docker.getImage('busybox').tag({ repo: `${name}-saved`, tag: '1' });
    const image = docker.getImage(`${name}-saved:1`);
    const archive = await buffer(await image.get());
    expect((await buffer(await untyped(docker).getImages({ names: [`${name}-saved:1`] }))).length).toBeGreaterThan(1_000_000);
    await image.remove();
    const loaded = await progress(docker, await docker.loadImage(Readable.from([archive])));
    expect(JSON.stringify(loaded)).toContain(`Loaded image: ${name}-saved:1`);
    await image.remove();
  });

  it('imports a file system', async () => {
    const { docker, name } = host();
    const stream = await docker.importImage(Readable.from([tarOf('note.txt', 'a note')]), { repo: `${name}-imported`, tag: '1' });
    await progress(docker, stream);
    const image = docker.getImage(`${name}-imported:1`);
    expect((await image.inspect()).RepoTags).toEqual([`${name}-imported:1`]);
    await image.remove();
  });

  it('commits a container', async () => {
    const { docker, name } = host();
    const container = await created(host(), 'committed', 'true');
    await container.putArchive(tarOf('kept.txt', 'kept'), { path: '/' });
    const { Id } = (await container.commit({ repo: `${name}-committed`, tag: '1', comment: 'a comment' })) as { Id: string };
    expect(await docker.getImage(`${name}-committed:1`).inspect()).toMatchObject({ Id, Comment: 'a comment' });
    await container.remove();
    await docker.getImage(`${name}-committed:1`).remove();
  });

  it.for([{}, { version: '2' as const }])('builds with %j', async (builder) => {
    const { docker, name } = host();
    const folder = mkdtempSync(join(tmpdir(), 'baleen-build-'));
    try {
      writeFileSync(join(folder, 'Dockerfile'), 'FROM busybox\nRUN echo built >/built\n');
      const context = { context: folder, src: ['Dockerfile'] };
      await progress(docker, await docker.buildImage(context, { t: `${name}-built`, ...builder }));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    const container = await docker.createContainer({ Image: `${name}-built`, Cmd: ['cat', '/built'] });
    await container.start();
    expect(await container.wait()).toMatchObject({ StatusCode: 0 });
    await container.remove();
    await docker.getImage(`${name}-built`).remove();
  });

  it('prunes what has no name, and nothing that is used', async () => {
    const { docker } = host();
    const { ImagesDeleted } = await docker.pruneImages({ filters: { label: ['nobody=has-this'] } });
    expect(ImagesDeleted ?? []).toEqual([]);
  });

  it('logs in to a registry, and fails to search where there is none to ask', async () => {
    const { docker, registry } = host();
    const login = { username: 'somebody', password: 'secret', serveraddress: `http://${registry}` };
    expect(await docker.checkAuth(login)).toMatchObject({ Status: 'Login Succeeded' });
    expect(await refusalOf(docker.searchImages({ term: `${registry}/nothing` }))).toMatchObject({ status: expect.any(Number) });
  });
}
