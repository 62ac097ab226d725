import type { UnreachableKind } from '../../engine-errors.ts';

export type SshReason = { readonly kind: UnreachableKind; readonly reason: string };

/** What OpenSSH's client writes, the first that fits counts; `line` stands for its last line. */
const known: readonly (readonly [RegExp, UnreachableKind, (line: string) => string])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    'ssh',
    () =>
      'the host key of the ssh server has changed: someone may be listening in. If the machine was installed anew, remove the old key with ssh-keygen -R and add the new one to known_hosts',
  ],
  [
    /Host key verification failed|host key is known for/,
    'ssh',
    () =>
      'the host key of the ssh server is not known: compare its fingerprint and add it to known_hosts of the user who runs Baleen (ssh-keyscan)',
  ],
  [
    /Permission denied|Too many authentication failures/,
    'ssh',
    (line) =>
      `the ssh server refuses the login (${line}): it needs a key without passphrase, or one held by an ssh agent, in authorized_keys there`,
  ],
  [/Could not resolve hostname/, 'dns', () => 'the host name does not resolve'],
  [/Connection refused/, 'refused', () => 'connection refused: no ssh server listens there'],
  [/timed out|Timeout, server/, 'timeout', () => 'no answer of the ssh server'],
  [/No route to host|Network is unreachable/, 'unreachable', () => 'no route to the host'],
];

/** One line for each connection that the server did not join to the daemon's socket. */
const notJoined = /^channel \d+: open failed: (.*)$/gm;

/** Why an ssh process that was to forward has ended, from what it wrote. */
export function whySshEnded(written: string): SshReason {
  // Of the daemon's socket, not of the server.
  const ofServer = written.replace(notJoined, '');
  const line = lastLine(ofServer);
  const found = known.find(([text]) => text.test(ofServer));
  if (found !== undefined) return { kind: found[1], reason: found[2](line) };
  return { kind: 'ssh', reason: line === '' ? 'ssh ended without a word' : `ssh ended: ${line}` };
}

/** How many connections `written` says were not joined to the daemon's socket. */
export function countNotJoined(written: string): number {
  return [...written.matchAll(notJoined)].length;
}

/** Why the server did not join a connection to the daemon's socket. */
export function whyNotJoined(written: string, socketPath: string): SshReason {
  const said = [...written.matchAll(notJoined)].at(-1)?.[1] ?? '';
  if (said.startsWith('administratively prohibited'))
    return {
      kind: 'ssh',
      reason: 'the ssh server forbids forwarding to sockets: set AllowStreamLocalForwarding yes in its sshd_config',
    };
  return {
    kind: 'missing',
    reason: `${socketPath} cannot be opened on that host (${said}): no daemon runs there, or the user may not use its socket (group docker)`,
  };
}

function lastLine(written: string): string {
  return written.trim().split(/\r?\n/).at(-1)?.trim() ?? '';
}
