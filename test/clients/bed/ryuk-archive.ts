import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dockerProgram } from '../../../tools/bootstrap/engine-folders.mjs';
import { installProgram, keptArchive } from '../../stack/stand-in-archives.ts';

const scripts = fileURLToPath(new URL('../ryuk', import.meta.url));
const names = ['start.sh', 'session.sh'];

/**
 * Root file system (a tar archive for `docker import`) that stands in for testcontainers/ryuk: its protocol in a shell script, and the
 * docker CLI that does the removing. What it leaves behind is what Ryuk would leave.
 */
export function ryukArchive(): Promise<string> {
  const parts = [
    fileURLToPath(import.meta.url),
    dockerProgram(),
    ...names.map((name) => readFileSync(join(scripts, name), 'utf8')),
  ];
  return keptArchive('ryuk', parts, async (root) => {
    await installProgram(root, dockerProgram(), '/usr/local/bin/docker');
    mkdirSync(join(root, 'ryuk'));
    for (const name of names) cpSync(join(scripts, name), join(root, 'ryuk', name));
  });
}

/** As of Ryuk's own image; by the label Testcontainers finds a reaper that runs already. */
export const ryukChanges = [
  'ENV PATH=/usr/local/bin:/usr/bin:/bin',
  'EXPOSE 8080',
  'LABEL org.testcontainers.ryuk=true',
  'CMD ["/ryuk/start.sh"]',
];
