import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { listeningSockets } from './listening-sockets.ts';
import { listenAddresses } from './passed-sockets.ts';

const tables: Readonly<Record<string, string>> = {
  tcp: `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0947 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 101 1 0000000000000000 100 0 0 10 0
   1: 0100007F:0948 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 102 1 0000000000000000 100 0 0 10 0
`,
  tcp6: `  sl  local_address remote_address st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode
   0: 00000000000000000000000001000000:0947 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 103 1 0 100 0 0 10 0
`,
  unix: `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 104 /run/baleen.sock
0000000000000000: 00000003 00000000 00000000 0001 03 105 /run/baleen.sock
0000000000000000: 00000002 00000000 00010000 0001 01 106 @abstract
`,
};

describe('listening sockets', () => {
  it('are read from the tables of the kernel', () => {
    const found = listeningSockets((file) => tables[file] ?? '');
    expect([...found].map(([inode, { text }]) => [inode, text])).toEqual([
      ['101', 'tcp://127.0.0.1:2375'],
      ['103', 'tcp://[::1]:2375'],
      ['104', 'unix:///run/baleen.sock'],
    ]);
  });
});

describe('fd://', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  it('means every socket that was passed, each told by its descriptor and where it listens', async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
    const { port } = server.address() as { port: number };
    const expected = {
      kind: 'passed',
      fd,
      at: expect.objectContaining({ kind: 'tcp', host: '127.0.0.1', port }),
      text: `fd://${fd}`,
    };
    expect(listenAddresses(['fd://', 'unix:///x'], [fd])).toEqual([expected, expect.objectContaining({ kind: 'unix' })]);
    expect(listenAddresses([`fd://${fd}`], [])).toEqual([expected]);
  });

  it('says what to do when there is none, or it is something else', () => {
    expect(() => listenAddresses(['fd://'], [])).toThrow('start it from a systemd unit with a .socket beside it');
    expect(() => listenAddresses(['fd://1'], [])).toThrow('descriptor 1 is no socket that listens');
    expect(() => listenAddresses(['fd://9999'], [])).toThrow('descriptor 9999 is no socket that listens');
    expect(() => listenAddresses(['fd://web'], [])).toThrow('give fd:// for every socket');
  });
});
