import { dockerProgram } from '../../../tools/bootstrap/engine-folders.mjs';
import { type Outcome, type RunOptions, run } from './run.ts';

/** The unmodified docker CLI against one host, with a configuration folder of its own. */
export type DockerCli = ((...args: readonly string[]) => Promise<Outcome>) & {
  with(options: RunOptions, ...args: readonly string[]): Promise<Outcome>;
  /** On a terminal of its own (`script`), as `docker run -it` wants; stdout has what the terminal shows. */
  onTerminal(command: string, options?: RunOptions): Promise<Outcome>;
  readonly env: NodeJS.ProcessEnv;
};

export function dockerCli(host: string, configFolder: string, more: NodeJS.ProcessEnv = {}): DockerCli {
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_CONFIG: configFolder, DOCKER_CLI_HINTS: 'false', ...more };
  const withOptions = (options: RunOptions, ...args: readonly string[]) =>
    run(dockerProgram(), args, { ...options, env: { ...env, ...options.env } });
  const cli = (...args: readonly string[]) => withOptions({}, ...args);
  return Object.assign(cli, {
    with: withOptions,
    onTerminal: (command: string, options: RunOptions = {}) =>
      run('script', ['-qec', command.replace(/^docker /, `${dockerProgram()} `), '/dev/null'], {
        ...options,
        env: { ...env, TERM: 'xterm', ...options.env },
      }),
    env,
  });
}
