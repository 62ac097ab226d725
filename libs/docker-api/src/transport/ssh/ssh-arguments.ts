import type { SshAddress } from '../engine-address.ts';

/** TCP, key exchange and login; ssh's own limit, so that its words say what was slow. */
const connectTimeoutSeconds = 10;
/** A connection that is silent this often in a row is given up: 15 s. Probes through it notice earlier. */
const aliveIntervalSeconds = 5;
const aliveMisses = 3;

/** The command line of one forward: `localSocket` on this machine leads to the daemon's socket on that host. */
export function sshArguments(address: SshAddress, localSocket: string, configFile: string | undefined): string[] {
  const { user, host, port, socketPath } = address;
  const options = {
    // Nobody is there to type a password or to accept a host key.
    BatchMode: 'yes',
    ConnectTimeout: String(connectTimeoutSeconds),
    ServerAliveInterval: String(aliveIntervalSeconds),
    ServerAliveCountMax: String(aliveMisses),
    ExitOnForwardFailure: 'yes',
    StreamLocalBindUnlink: 'yes',
    StreamLocalBindMask: '0177',
    // A shared master of the user's would keep the forward, or end it, on its own account.
    ControlMaster: 'no',
    ControlPath: 'none',
    // Its words are the engine's reason.
    LogLevel: 'INFO',
  };
  return [
    ...(configFile === undefined ? [] : ['-F', configFile]),
    '-N',
    '-T',
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    '-L',
    `${localSocket}:${socketPath}`,
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '--',
    host,
  ];
}
