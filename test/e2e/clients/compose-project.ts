import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DockerCli } from './docker-cli.ts';

/** A compose file in a folder of its own; `compose` rejects with what docker compose said when it fails. */
export async function withComposeProject(
  docker: DockerCli,
  name: string,
  file: string,
  use: (compose: (...args: readonly string[]) => Promise<string>) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'baleen-compose-'));
  try {
    writeFileSync(join(folder, 'compose.yaml'), file);
    await use(async (...args) => {
      const { code, stdout, stderr } = await docker.with({ cwd: folder }, 'compose', '-p', name, ...args);
      if (code !== 0) throw new Error(`docker compose ${args.join(' ')} ended with ${code}: ${stderr}`);
      return stdout;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
