import { describe, expect, it } from 'vitest';
import { containerFacts } from './container-facts.ts';
import { containerRow, listedFacts } from './container-row.ts';
import { containerStatus } from './human-duration.ts';
import { imageRow, networkRow, volumeRow } from './object-facts.ts';

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const nowMs = 1_700_000_000_000;
const facts = (row: object) => listedFacts(containerRow(bytes({ Id: 'c1', ...row })).value, nowMs);

describe('a row of a list', () => {
  it('loses the members of another form than expected, and nothing else', () => {
    const row = containerRow(bytes({ Id: 'c1', Names: ['/web'], Ports: 'many', Labels: { a: 1 }, New: 1 }));
    expect([row.odd, row.summary.toString()]).toEqual([
      'Labels, Ports of another form than expected',
      '{"Id":"c1","Names":["/web"],"New":1}',
    ]);
    expect(row.value.Names).toEqual(['/web']);
  });

  it('stays as it came when it is as it should be', () => {
    const given = bytes({ Id: 'c1', Names: null, Ports: [], Mounts: null });
    expect(containerRow(given)).toMatchObject({ summary: given, value: { Id: 'c1' } });
    expect(containerRow(given)).not.toHaveProperty('odd');
  });

  it.each(['[]', '"text"', 'null', '{"Names":[]}', '{"Id":7}', '{"Id":"a.b"}'])('that is %s cannot be used', (json) => {
    expect(() => containerRow(Buffer.from(json))).toThrow(expect.objectContaining({ code: 'engine/bad-answer' }));
  });

  it('of images, networks and volumes is read the same way', () => {
    expect(imageRow(bytes({ Id: 'i', RepoTags: 'x', Size: 5 }))).toMatchObject({
      odd: expect.stringContaining('RepoTags'),
      facts: { id: 'i', repoTags: [], sizeBytes: 5 },
    });
    expect(networkRow(bytes({ Id: 'n', Name: 'net', Labels: [] }))).toMatchObject({ facts: { name: 'net', labels: {} } });
    expect(volumeRow(bytes({ Name: 'v', CreatedAt: 7 }))).toMatchObject({ facts: { name: 'v', createdAtMs: 0 } });
    expect(() => networkRow(bytes({ Id: 'n' }))).toThrow(expect.objectContaining({ code: 'engine/bad-answer' }));
  });
});

describe('facts of a container from its list entry alone', () => {
  it.each([
    ['Up 5 minutes (healthy)', 'running'],
    ['Up About an hour (Paused)', 'paused'],
    ['Exited (137) 3 days ago', 'exited'],
    ['Restarting (1) 2 seconds ago', 'restarting'],
    ['Dead', 'dead'],
    ['Created', 'created'],
  ])('say again what its status says: %s', (status, state) => {
    const read = facts({ Status: status });
    expect([containerStatus(read, nowMs), read.state]).toEqual([status, state]);
  });

  it('have what placement counts on from earlier facts', () => {
    const document = { Id: 'c1', HostConfig: { Memory: 7, PortBindings: { '80/tcp': [{ HostPort: '8080' }] } } };
    const known = containerFacts({ Id: 'c1' }, bytes(document));
    const read = listedFacts(containerRow(bytes({ Id: 'c1', State: 'dead', Names: ['/web'] })).value, nowMs, known);
    expect(read).toMatchObject({ names: ['web'], state: 'dead', resources: { memoryBytes: 7 }, ports: [{ hostPort: 8080 }] });
  });

  it('have the ports, networks and mounts that it lists', () => {
    const read = facts({
      Ports: [{ IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' }, { PrivatePort: 90 }],
      NetworkSettings: { Networks: { net: { NetworkID: 'n1' }, other: null } },
      Mounts: [{ Type: 'volume', Name: 'data', Destination: '/d' }],
      HostConfig: { NetworkMode: 'net' },
    });
    expect(read).toMatchObject({
      ports: [{ ip: '0.0.0.0', hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
      networks: { net: 'n1', other: '' },
      mounts: [{ type: 'volume', name: 'data', source: '', destination: '/d' }],
      networkMode: 'net',
    });
  });
});

it.each(['rubbish', '[]', '{"Id":"c1","State":"running"}', '{"Id":"c1","HostConfig":{"Memory":"much"}}'])(
  'an inspection that answers %s is refused as a bad answer, not a defect',
  (document) => {
    expect(() => containerFacts({ Id: 'c1' }, Buffer.from(document))).toThrow(
      expect.objectContaining({ code: 'engine/bad-answer' }),
    );
  },
);
