import type { TestEngine } from '#testing';
import { natsArchive, nodeArchive, succeed } from './stand-in-archives.ts';

const importMaxMs = 300_000;

/**
 * Base images cannot be pulled where the tests run, so stand-ins are imported under the tags that the shipped files name.
 * npm is offline in them: it names its cache's entries by the registry's address, so they ask for the one this machine uses.
 */
export async function importStandIns(engines: readonly TestEngine[]): Promise<void> {
  const registry = (await succeed('npm', ['config', 'get', 'registry'])).trim();
  const node = await nodeArchive(registry);
  const nats = await natsArchive();
  const nodeChanges = [
    'ENV PATH=/usr/local/bin:/usr/bin:/bin',
    'ENV HOME=/root',
    `ENV npm_config_registry=${registry}`,
    'ENV npm_config_offline=true',
  ];
  await Promise.all(
    engines.flatMap((engine) => [
      importImage(engine, 'node:24-bookworm-slim', node, nodeChanges),
      importImage(engine, 'nats:2.12-alpine', nats, [
        'ENV PATH=/usr/local/bin:/usr/bin:/bin',
        'ENTRYPOINT ["/usr/local/bin/nats-server"]',
      ]),
    ]),
  );
}

async function importImage(engine: TestEngine, tag: string, archive: string, changes: readonly string[]): Promise<void> {
  const options = changes.flatMap((change) => ['--change', change]);
  await engine.dockerWith({ timeoutMs: importMaxMs }, 'import', ...options, archive, tag);
}
