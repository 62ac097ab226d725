import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DirectTransport } from '#docker-api';
import { systemClock } from '#service-shell';
import type { EngineTarget } from '../../relay/container-locator.ts';
import { EngineCaller } from '../../relay/engine-caller.ts';
import { engineTarget } from '../../relay/tiny-gateway.builders.ts';
import { ExecIndex } from './exec-index.ts';

describe('ExecIndex', () => {
  const servers: Server[] = [];
  let asked: string[];
  let caller: EngineCaller;
  beforeEach(() => {
    asked = [];
    caller = new EngineCaller(new DirectTransport(systemClock), systemClock);
  });
  afterEach(() => {
    caller.close();
    for (const server of servers.splice(0)) server.close();
  });

  const engineHolding = async (node: string, ...execIds: string[]): Promise<EngineTarget> => {
    const server = createServer((request, response) => {
      asked.push(`${node} ${request.url}`);
      response.writeHead(execIds.some((id) => request.url === `/v1.51/exec/${id}/json`) ? 200 : 404).end('{}');
    });
    servers.push(server);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    return engineTarget(`127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`, { node });
  };
  const indexOver = (...engines: EngineTarget[]) =>
    new ExecIndex(
      {
        allEngines: () => engines,
        mayKnow: () => Promise.resolve(true),
        locate: () => Promise.reject(new Error('not asked for')),
      },
      caller,
    );

  it('asks every engine once for an id that another gateway made', async () => {
    const index = indexOver(await engineHolding('n1'), await engineHolding('n2', 'ab'));
    const [first, second] = await Promise.all([index.locate('ab'), index.locate('ab')]);
    expect([first.node, second.node, (await index.locate('ab')).node]).toEqual(['n2', 'n2', 'n2']);
    expect(asked.toSorted()).toEqual(['n1 /v1.51/exec/ab/json', 'n2 /v1.51/exec/ab/json']);
  });

  it('asks nobody for an id it has seen made', async () => {
    const engine = await engineHolding('n1');
    const index = indexOver(engine);
    index.remember('ab', engine.key);
    expect(await index.locate('ab')).toBe(engine);
    expect(asked).toEqual([]);
  });

  it('sends nobody where several say that they have the instance', async () => {
    const index = indexOver(await engineHolding('n1', 'ab'), await engineHolding('n2', 'ab'));
    await expect(index.locate('ab')).rejects.toThrow('exec instance ab is ambiguous: n1 and n2 say that they have it');
  });

  it('knows of no instance when every engine has answered so', async () => {
    await expect(indexOver(await engineHolding('n1')).locate('zz')).rejects.toThrow('No such exec instance: zz');
  });

  it('does not claim that an instance is gone while an engine is silent', async () => {
    const silent = engineTarget('127.0.0.1:1', { node: 'n2', state: 'unhealthy' });
    const locating = indexOver(await engineHolding('n1'), silent).locate('zz');
    await expect(locating).rejects.toMatchObject({
      code: 'engine/unhealthy',
      message: expect.stringContaining('no answer from n2'),
    });
  });
});
