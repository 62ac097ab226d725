import { expect, it } from 'vitest';
import { labels } from '#contracts';
import { containerFacts, placementRequest } from '../fleet/fleet.builders.ts';
import { TestFleet } from '../scheduler.builders.ts';

it('a group is of one owner: a project of another tenant’s name draws nobody to its engine', async () => {
  const fleet = new TestFleet();
  for (const key of ['a', 'b']) await fleet.engine(key);
  await fleet.scheduler('s1');
  const projectOf = (tenant: string) => ({ [labels.owner]: tenant, 'com.docker.compose.project': 'shop' });
  await fleet.container('b', containerFacts('c1', { names: ['theirs'], labels: projectOf('team-b') }));
  const engineFor = async (tenant: string, constraints: string[] = []) => {
    const request = placementRequest({ labels: projectOf(tenant), constraints });
    return fleet.ask('place', { operation: `${tenant}${constraints.join('')}`, request });
  };
  expect(await engineFor('team-b')).toMatchObject({ engine: 'b' });
  expect(await engineFor('team-a')).toMatchObject({ engine: 'a' });
  expect(await engineFor('')).not.toBeInstanceOf(Error);
});
