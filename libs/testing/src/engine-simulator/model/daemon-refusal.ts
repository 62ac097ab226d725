/** What a daemon answers instead of doing what it was asked, in its words. */
export class DaemonRefusal extends Error {
  /** HTTP status. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
