import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from './commands.mjs';

const tarOptions = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
const architectures = { x64: 'amd64', arm64: 'arm64' };

/** Writes a `docker load` archive of busybox:latest (about 2 MB) made of the root folder's static busybox. */
export async function buildImage(rootFolder, target) {
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'baleen-image-'));
  try {
    const layer = join(work, 'layer.tar');
    await run('tar', [...tarOptions, '-C', layFiles(rootFolder, join(work, 'files')), '-cf', layer, '.']);
    const config = imageConfig(createHash('sha256').update(readFileSync(layer)).digest('hex'));
    const configName = `${createHash('sha256').update(config).digest('hex')}.json`;
    writeFileSync(join(work, configName), config);
    const manifest = [{ Config: configName, RepoTags: ['busybox:latest'], Layers: ['layer.tar'] }];
    writeFileSync(join(work, 'manifest.json'), JSON.stringify(manifest));
    await run('tar', [...tarOptions, '-C', work, '-cf', `${target}.building`, 'manifest.json', configName, 'layer.tar']);
    renameSync(`${target}.building`, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function layFiles(rootFolder, files) {
  for (const folder of ['bin', 'etc', 'tmp', 'root']) mkdirSync(join(files, folder), { recursive: true });
  const busybox = join(files, 'bin', 'busybox');
  copyFileSync(join(rootFolder, 'bin', 'busybox'), busybox);
  const applets = spawnSync(busybox, ['--list'], { encoding: 'utf8' }).stdout.split('\n');
  for (const applet of applets) if (applet !== '' && applet !== 'busybox') symlinkSync('busybox', join(files, 'bin', applet));
  writeFileSync(join(files, 'etc', 'passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(files, 'etc', 'group'), 'root:x:0:\n');
  return files;
}

function imageConfig(layerDigest) {
  const created = '2024-01-01T00:00:00Z';
  return JSON.stringify({
    architecture: architectures[process.arch] ?? process.arch,
    os: 'linux',
    created,
    config: { Cmd: ['sh'], Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'] },
    history: [{ created, created_by: 'baleen testbed' }],
    rootfs: { type: 'layers', diff_ids: [`sha256:${layerDigest}`] },
  });
}
