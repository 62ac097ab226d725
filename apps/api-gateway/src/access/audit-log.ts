import { once } from 'node:events';
import { pino } from 'pino';
import { ConfigError, fileFailure, type Logger } from '#service-shell';

/** One decision. Nothing of a body, a query or a header is in it but what is named here. */
export type AuditLine = {
  /**
   * `began`: a session or stream was let in; its end has a line of its own. `decided`: refused, or allowed and over. `revoked`: it was allowed, and
   * cut off when another policy came into force.
   */
  readonly event: 'began' | 'decided' | 'revoked';
  readonly request: string;
  readonly identity: string;
  readonly tenant: string;
  readonly from: string;
  readonly method: string;
  /** The route's path with the names of its parameters. */
  readonly route: string;
  /** What the path names, by parameter. */
  readonly object: Readonly<Record<string, string>>;
  readonly needs: string;
  readonly allowed: boolean;
  /** Why not. */
  readonly reason?: string;
  readonly engine?: string;
  readonly operation?: string;
  readonly status?: number;
  readonly durationMs?: number;
};

export type AuditOptions = {
  /** The process that decides: several may write one file. */
  readonly gateway: string;
  readonly includesReads: boolean;
  /** Hears of lines that are lost. */
  readonly logger: Logger;
};

/** What is written and not yet taken by the disk: some 20,000 lines. More is lost, and said to be. */
const unwrittenMaxBytes = 8 * 1024 * 1024;

/** Writes decisions as JSON lines, apart from the log of the process. Texts of callers cannot break out of their line. */
export class AuditLog {
  readonly #stream: ReturnType<typeof pino.destination>;
  readonly #writer: Logger;
  readonly #includesReads: boolean;

  private constructor(stream: ReturnType<typeof pino.destination>, gateway: string, includesReads: boolean) {
    this.#stream = stream;
    this.#includesReads = includesReads;
    const options = {
      base: { gateway },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: () => ({ log: 'audit' }) },
    };
    this.#writer = pino(options, stream);
  }

  /** `-` is standard output; a file is appended to and only its owner reads it. Rejects with ConfigError when it cannot be written. */
  static async open(path: string, { gateway, includesReads, logger }: AuditOptions): Promise<AuditLog> {
    const target = path === '-' ? process.stdout.fd : path;
    const stream = pino.destination({ dest: target, sync: false, append: true, mode: 0o600, maxLength: unwrittenMaxBytes });
    try {
      if (path !== '-') await once(stream, 'ready');
    } catch (cause) {
      throw new ConfigError([`BALEEN_AUDIT_LOG: ${path} cannot be written: ${fileFailure(cause)}`]);
    }
    stream.on('drop', () => logger.error({ auditLog: path }, 'a line of the audit log is lost: the disk is too slow'));
    stream.on('error', (err: Error) => logger.error({ auditLog: path, err }, 'the audit log cannot be written'));
    return new AuditLog(stream, gateway, includesReads);
  }

  /** Allowed reads are left out unless they are wanted. */
  write(line: AuditLine): void {
    const isRead = line.method === 'GET' || line.method === 'HEAD';
    if (line.allowed && isRead && !this.#includesReads) return;
    this.#writer.info(line);
  }

  /** Resolves once everything is written. */
  async close(): Promise<void> {
    const closed = once(this.#stream, 'close');
    this.#stream.end();
    await closed;
  }
}
