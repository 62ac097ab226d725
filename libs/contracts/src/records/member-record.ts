import { z } from 'zod';

/** `member.<key>`: an engine that discovery lists. Removed when the list no longer has it. Writer: the active discovery. */
export const MemberRecord = z.object({
  key: z.string().min(1),
  /** `host:port`, `tls://host:port`, `unix:///path`, `ssh://…`, or `nats://<agent id>`. */
  address: z.string().min(1),
  /** The discovery argument it came from, e.g. `nodes` or `file:///etc/fleet`; a token is masked. */
  source: z.string(),
});
export type MemberRecord = z.infer<typeof MemberRecord>;
