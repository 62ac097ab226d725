import type { DockerCli } from './docker-cli.ts';
import type { Outcome } from './run.ts';

/** What one scenario printed, command by command, made comparable: ids, times and node names are masked. */
export type Transcript = {
  readonly command: string;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}[];

/** Runs a scenario's commands at one host and writes down what they print. */
export class Scribe {
  readonly cli: DockerCli;
  readonly #placement: readonly string[];
  readonly transcript: Transcript = [];

  /** `placement` goes after `run` and `create`: where in the fleet; nothing at a bare engine. */
  constructor(cli: DockerCli, placement: readonly string[]) {
    this.cli = cli;
    this.#placement = placement;
  }

  /** A docker command; `run` and `create` of containers get the placement flags. */
  async docker(...args: readonly string[]): Promise<Outcome> {
    return this.#note(args.join(' '), await this.cli(...this.#placed(args)));
  }

  async dockerWith(options: { input?: string; timeoutMs?: number }, ...args: readonly string[]): Promise<Outcome> {
    return this.#note(args.join(' '), await this.cli.with(options, ...this.#placed(args)));
  }

  /** On a terminal. The command is one shell line that begins with `docker `. */
  async terminal(command: string): Promise<Outcome> {
    const placed = command.replace(/^docker (run|create) /, (whole) => `${whole}${this.#placement.join(' ')} `);
    return this.#note(command, await this.cli.onTerminal(placed));
  }

  #placed(args: readonly string[]): string[] {
    const [verb = '', ...rest] = args;
    return verb === 'run' || verb === 'create' ? [verb, ...this.#placement, ...rest] : [...args];
  }

  #note(command: string, outcome: Outcome): Outcome {
    this.transcript.push({
      command: masked(command),
      code: outcome.code,
      stdout: masked(outcome.stdout),
      stderr: masked(outcome.stderr),
    });
    return outcome;
  }
}

/** Masks what must differ between two hosts and nothing else. */
export function masked(text: string): string {
  return (
    text
      .replaceAll('\r\n', '\n')
      // What a terminal echoes of the end of input, now and then.
      .replaceAll('^D\b\b', '')
      .replaceAll('^@', '')
      // Old engines begin their messages in upper case here and there, and say some things twice.
      .replaceAll(/(?<=Error response from daemon: )[A-Z]/g, (letter) => letter.toLowerCase())
      .replaceAll(/no such image: \S+: no such image/gi, 'no such image')
      .replaceAll(/\b\d{10}\.\d+\b/g, '<epoch>')
      .replaceAll(/node-\d+\//g, '')
      .replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:<id>')
      .replaceAll(/\b[0-9a-f]{64}\b/g, '<id>')
      .replaceAll(/\b[0-9a-f]{12}\b/g, '<short-id>')
      .replaceAll(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| ?[+-]\d\d:?\d\d)?( UTC)?/g, '<time>')
      .replaceAll(/\b(Less than a second|\d+ seconds?|About a minute|\d+ minutes?|About an hour|\d+ hours?)( ago)?/g, '<age>')
      .replaceAll(/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, '<ip>')
      .replaceAll(/:(3[2-9]|4\d|5\d|6[0-5])\d{3}\b/g, ':<port>')
      .replaceAll(/ {2,}/g, '  ')
  );
}
