/** The command line is wrong; the message goes to stderr as it is and the status is 1. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
