import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const plugins = ['docker-compose', 'docker-buildx'];

/** Puts the docker CLI of the new root folder and its plugins into the cache; ~/.docker stays as it is. */
export function provideDockerCli(folders) {
  const building = `${folders.dockerConfig}.building`;
  rmSync(building, { recursive: true, force: true });
  const pluginFolder = join(building, 'cli-plugins');
  mkdirSync(pluginFolder, { recursive: true });
  for (const plugin of plugins)
    copyFileSync(join(folders.new, 'usr/libexec/docker/cli-plugins', plugin), join(pluginFolder, plugin));
  rmSync(folders.dockerConfig, { recursive: true, force: true });
  renameSync(building, folders.dockerConfig);
  mkdirSync(dirname(folders.dockerCli), { recursive: true });
  writeFileSync(`${folders.dockerCli}.building`, wrapper(folders.new));
  chmodSync(`${folders.dockerCli}.building`, 0o755);
  renameSync(`${folders.dockerCli}.building`, folders.dockerCli);
}

/** The program was linked for its own root folder: run it with that folder's loader and libraries. */
function wrapper(root) {
  const libraries = readdirSync(join(root, 'usr/lib')).find((name) => name.endsWith('-linux-gnu')) ?? '';
  const libraryFolder = join(root, 'usr/lib', libraries);
  const loader = readdirSync(libraryFolder).find((name) => name.startsWith('ld-linux-'));
  const program = join(root, 'usr/bin/docker');
  if (loader === undefined || !existsSync(program))
    throw new Error(`the root folder ${root} is not whole: remove it and try again`);
  return `#!/bin/sh\nexec '${join(libraryFolder, loader)}' --library-path '${libraryFolder}' '${program}' "$@"\n`;
}
