import { describe, expect, it } from 'vitest';
import { enginesOf, reportLines } from './fleet-report.ts';
import { lineAssembler } from './line-assembler.ts';
import { dockerHost, listenHost } from './listen-hosts.ts';
import { RestartBudget } from './restart-budget.ts';
import { gatewayHosts } from './service-plan.ts';

describe('a restart budget', () => {
  it('waits longer each time and ends, and is whole again when the window has passed', () => {
    const budget = new RestartBudget(3, 60_000);
    expect([0, 1, 2, 3].map((ms) => budget.take(ms))).toEqual([100, 200, 400, undefined]);
    expect(budget.take(60_001)).toBe(200);
  });
});

describe('a listener', () => {
  it.each([
    ['tcp://127.0.0.1:2375', 'tcp://127.0.0.1:2375', 'tcp://127.0.0.1:2375'],
    [':2376', 'tcp://:2376', 'tcp://127.0.0.1:2376'],
    ['0.0.0.0:1', 'tcp://0.0.0.0:1', 'tcp://127.0.0.1:1'],
    ['unix:///run/x.sock', 'unix:///run/x.sock', 'unix:///run/x.sock'],
  ])('given as %s', (given, listen, docker) => {
    expect(listenHost(given)).toBe(listen);
    expect(dockerHost(listen)).toBe(docker);
  });

  it.each([
    ['foo://x:1', 'unsupported protocol: "foo"'],
    ['127.0.0.1', 'it needs a port'],
    ['unix://relative', 'unix:///absolute/path'],
  ])('%s is refused', (given, message) => expect(() => listenHost(given)).toThrow(message));

  it('of a further gateway is on the next port, or the next socket', () => {
    expect(gatewayHosts(['tcp://127.0.0.1:2375', 'unix:///run/b.sock'], 0, false)).toEqual([
      'tcp://127.0.0.1:2375',
      'unix:///run/b.sock',
    ]);
    expect(gatewayHosts(['tcp://127.0.0.1:2375', 'unix:///run/b.sock'], 2, false)).toEqual([
      'tcp://127.0.0.1:2377',
      'unix:///run/b.sock.2',
    ]);
    expect(gatewayHosts(['tcp://127.0.0.1:2375', 'unix:///run/b.sock'], 2, true)).toEqual([
      'tcp://127.0.0.1:2375',
      'unix:///run/b.sock.2',
    ]);
    expect(gatewayHosts(['fd://3'], 2, false)).toEqual(['fd://3']);
  });
});

describe('the report at the start', () => {
  const rows: [string, string][] = [
    ['Role', 'primary'],
    ['Nodes', '2'],
    [' node-1', '10.0.0.1:2375'],
    ['  └ ID', 'x'],
    ['  └ Status', 'Healthy'],
    [' (unknown)', '10.0.0.2:2375'],
    ['  └ Status', 'Pending'],
    ['  └ Error', 'connection refused'],
  ];

  it('reads the engines out of docker info', () => {
    expect(enginesOf(rows)).toEqual([
      { name: 'node-1', address: '10.0.0.1:2375', status: 'Healthy', error: '' },
      { name: '(unknown)', address: '10.0.0.2:2375', status: 'Pending', error: 'connection refused' },
    ]);
  });

  it('names each engine that does not answer, why, and what to do', () => {
    const text = reportLines(enginesOf(rows)).join('\n');
    expect(text).toContain('engines: 1 of 2 healthy (node-1)');
    expect(text).toContain('10.0.0.2:2375: connection refused');
    expect(text).toContain('Start these daemons');
  });
});

describe('a line assembler', () => {
  it('hands on whole lines only', () => {
    const lines: string[] = [];
    const write = lineAssembler((whole) => lines.push(whole.toString()));
    for (const chunk of ['a', 'b\nc', 'd\ne\n', 'f']) write(Buffer.from(chunk));
    expect(lines).toEqual(['ab\n', 'cd\ne\n']);
  });
});
