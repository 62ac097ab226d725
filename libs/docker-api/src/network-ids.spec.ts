import { expect, it } from 'vitest';
import { withNetworkIds } from './network-ids.ts';

const ids = new Map([['old', 'new']]);
const rewritten = (body: object) =>
  JSON.parse(withNetworkIds(Buffer.from(JSON.stringify(body)), ids).toString('utf8')) as unknown;

it('names networks as their engine does, wherever a create names them', () => {
  expect(
    rewritten({
      Image: 'x',
      HostConfig: { NetworkMode: 'old', Memory: 5 },
      networkingconfig: { EndpointsConfig: { old: { NetworkID: 'old', Aliases: ['db'] }, other: null } },
    }),
  ).toEqual({
    Image: 'x',
    HostConfig: { NetworkMode: 'new', Memory: 5 },
    NetworkingConfig: { EndpointsConfig: { new: { NetworkID: 'new', Aliases: ['db'] }, other: null } },
  });
});

it('leaves a body alone that names none of them', () => {
  const body = {
    Image: 'x',
    HostConfig: { NetworkMode: 'bridge' },
    NetworkingConfig: { EndpointsConfig: { app: { NetworkID: 'app' } } },
  };
  expect(rewritten(body)).toEqual(body);
  expect(rewritten({ Image: 'x' })).toEqual({ Image: 'x' });
});
