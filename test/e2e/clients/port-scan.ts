import { connect } from 'node:net';

const ports = 65_535;
/** Attempts under way at once. */
const atOnce = 256;
const attemptMaxMs = 3_000;

/** Knocks at every TCP port of a host, as `nmap -p-` does; resolves with those that accepted. */
export async function openTcpPorts(host: string): Promise<number[]> {
  const open: number[] = [];
  let next = 1;
  const knocker = async () => {
    while (next <= ports) {
      const port = next;
      next += 1;
      if (await accepts(host, port)) open.push(port);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, knocker));
  return open;
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: attemptMaxMs });
    const answer = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
  });
}
