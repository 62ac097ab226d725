import { describe, expect, it } from 'vitest';
import { parseEngineAddress, type SshAddress } from '../engine-address.ts';
import { sshArguments } from './ssh-arguments.ts';
import { countNotJoined, whyNotJoined, whySshEnded } from './ssh-reasons.ts';

describe('the ssh of an engine', () => {
  it('is told user, port and configuration when they are given, and the host last', () => {
    const args = (text: string, config?: string) => sshArguments(parseEngineAddress(text) as SshAddress, '/tmp/1.sock', config);
    expect(args('ssh://me@h:2222/run/d.sock', '/etc/cfg').join(' ')).toMatch(
      /^-F \/etc\/cfg -N -T .*-o BatchMode=yes .*-L \/tmp\/1\.sock:\/run\/d\.sock -l me -p 2222 -- h$/,
    );
    expect(args('ssh://h').join(' ')).toMatch(/-L \/tmp\/1\.sock:\/var\/run\/docker\.sock -- h$/);
  });

  it.each([
    ['me@h: Permission denied (publickey).', 'ssh', 'refuses the login (me@h: Permission denied (publickey).)'],
    ['@@@\nWARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!\nHost key verification failed.', 'ssh', 'has changed'],
    [
      'No ED25519 host key is known for h and you have requested strict checking.\nHost key verification failed.',
      'ssh',
      'not known',
    ],
    ['ssh: Could not resolve hostname h: Name or service not known', 'dns', 'does not resolve'],
    ['ssh: connect to host h port 22: Connection refused', 'refused', 'no ssh server listens'],
    ['ssh: connect to host h port 22: Connection timed out', 'timeout', 'no answer'],
    ['Timeout, server h not responding.', 'timeout', 'no answer'],
    ['Connection to h closed by remote host.\r\n', 'ssh', 'ssh ended: Connection to h closed by remote host.'],
    ['', 'ssh', 'without a word'],
    // Of the daemon's socket, and long ago.
    [
      'channel 2: open failed: connect failed: Connection refused\nKilled by signal 15.',
      'ssh',
      'ssh ended: Killed by signal 15.',
    ],
  ])('having written %j has ended with %s: %s', (written, kind, reason) => {
    expect(whySshEnded(written)).toEqual({ kind, reason: expect.stringContaining(reason) });
  });

  it('tells a daemon that is missing from a server that forbids forwards', () => {
    const missing = 'channel 1: open failed: connect failed: open failed\r\n';
    expect([countNotJoined(''), countNotJoined(missing + missing)]).toEqual([0, 2]);
    expect(whyNotJoined(missing, '/run/d.sock')).toMatchObject({
      kind: 'missing',
      reason: expect.stringContaining('/run/d.sock cannot be opened'),
    });
    const forbidden = 'channel 1: open failed: administratively prohibited: open failed\r\n';
    expect(whyNotJoined(forbidden, '/run/d.sock').reason).toContain('AllowStreamLocalForwarding');
  });
});
