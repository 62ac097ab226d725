import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { apiVersion } from '../render/daemon-documents.ts';
import { serverName } from './reply.ts';

/** The head of a connection that a client takes over. `withDaemon`: starts of execs say who answers, attaches do not. */
export function upgradeHead(type: string, withDaemon: boolean): string {
  const lines = ['HTTP/1.1 101 UPGRADED', `Content-Type: ${type}`, 'Connection: Upgrade', 'Upgrade: tcp'];
  const daemon = [`Api-Version: ${apiVersion}`, 'Docker-Experimental: false', 'Ostype: linux', `Server: ${serverName}`];
  return `${[...lines, ...(withDaemon ? daemon : [])].join('\r\n')}\r\n\r\n`;
}

/** Of a request that upgrades: its body of known length, and what came behind it. Calls back once the body is whole. */
export function readBody(
  { headers }: IncomingMessage,
  socket: Socket,
  early: Buffer,
  then: (body: string, rest: Buffer) => void,
): void {
  const length = Number(headers['content-length'] ?? 0);
  let received = early;
  const read = (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    if (received.length < length) return;
    socket.off('data', read);
    then(received.toString('utf8', 0, length), received.subarray(length));
  };
  socket.on('data', read);
  read(Buffer.alloc(0));
}
