import { describe, expect, it } from 'vitest';
import { type ContainerFacts, labels } from '#contracts';
import { containerFacts } from '#testing';
import { runningForwards } from './forward-plan.ts';

const rules = { publish: 'gateway', isOwn: (ip: string) => ip === '10.0.0.9' } as const;
const engine = { key: 'a', address: '10.0.0.1:2375', ip: '10.0.0.1' };

function publishing(engineIp: string, ip = ''): ContainerFacts {
  const ports = [{ containerPort: '80/tcp', ip, asked: '', hostPort: 8080, engineIp }];
  return containerFacts('c1', {
    ports: [{ ip: engineIp, hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
    labels: { [labels.operation]: 'op', [labels.ports]: JSON.stringify({ operation: 'op', ports }) },
  });
}

describe('the plan of forwards', () => {
  it('leads to the engine’s own address', () => {
    const target = { kind: 'direct', host: '10.0.0.1', port: 8080 };
    expect(runningForwards(engine, publishing(''), rules)).toMatchObject([{ ip: '', port: 8080, target }]);
    expect(runningForwards(engine, publishing('10.0.0.1', '127.0.0.1'), rules)).toMatchObject([{ ip: '127.0.0.1', target }]);
  });

  it('never leads to an address that only the container’s record names', () => {
    expect(runningForwards(engine, publishing('10.9.9.9'), rules)).toEqual([]);
  });

  it('has nothing for an engine without an address: it would lead to the gateway itself', () => {
    const alias = { key: 'a', address: 'ssh://alias', ip: '' };
    expect(runningForwards(alias, publishing(''), rules)).toEqual([]);
  });

  it('leaves every address to an engine of this machine, whatever one it binds', () => {
    const own = { key: 'a', address: '10.0.0.9:2375', ip: '10.0.0.9' };
    expect(runningForwards(own, publishing('10.0.0.9'), rules)).toEqual([]);
    expect(runningForwards(own, publishing('10.0.0.9', '127.0.0.1'), rules)).toHaveLength(1);
  });
});
