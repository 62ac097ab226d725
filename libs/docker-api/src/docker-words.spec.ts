import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareApiVersions } from './api-version.ts';
import { containerName } from './container-name.ts';
import { containerStatus, humanDuration } from './human-duration.ts';
import { familiarImage, imageReferenceError, normaliseImage } from './image-reference.ts';
import { parseListQuery } from './list-query.ts';
import { JsonSplitter } from './split-lines.ts';
import { parseEngineAddress, showEngineAddress } from './transport/engine-address.ts';

const digest = `sha256:${'d'.repeat(64)}`;

describe("Docker's words", () => {
  it.each(['10.0.0.1:2375', '[::1]:2375', 'unix:///run/docker.sock', 'nats://3f9c0a1b', 'host-1:1'])(
    'shows the address %s as it was written',
    (text) => {
      expect(showEngineAddress(parseEngineAddress(text))).toBe(text);
    },
  );

  it.each(['', 'host', 'host:0', 'host:65536', ':80', 'http://h:1', 'unix://relative', '::1:80', 'nats://', 'nats://host:4222'])(
    'refuses the address %j',
    (text) => {
      expect(() => parseEngineAddress(text)).toThrow(expect.objectContaining({ code: 'discovery/invalid' }));
    },
  );

  it('compares and clamps API versions as numbers', () => {
    expect(compareApiVersions('1.9', '1.10')).toBeLessThan(0);
    expect(compareApiVersions('1.51.0', '1.51')).toBe(0);
  });

  it.each([
    ['busybox', 'docker.io/library/busybox:latest', 'busybox:latest'],
    ['index.docker.io/a/b:1', 'docker.io/a/b:1', 'a/b:1'],
    ['localhost:5000/x', 'localhost:5000/x:latest', 'localhost:5000/x:latest'],
    ['docker.io/busybox', 'docker.io/library/busybox:latest', 'busybox:latest'],
    ['docker.io/library/busybox:TAG', 'docker.io/library/busybox:TAG', 'busybox:TAG'],
    ['Host/x', 'Host/x:latest', 'Host/x:latest'],
    [`busybox@${digest}`, `docker.io/library/busybox@${digest}`, `busybox@${digest}`],
    // The digest says which one.
    [`busybox:1@${digest}`, `docker.io/library/busybox@${digest}`, `busybox:1@${digest}`],
  ])('reads the image %s as %s', (text, full, familiar) => {
    expect([normaliseImage(text), familiarImage(text)]).toEqual([full, familiar]);
  });

  it.each([
    ['Busybox', 'invalid reference format: repository name (library/Busybox) must be lowercase'],
    ['x/Y:Z', 'invalid reference format: repository name (x/Y) must be lowercase'],
    ['reg.io:5000/X', 'invalid reference format: repository name (X) must be lowercase'],
    ['busybox:', 'invalid reference format'],
    ['busybox@sha256:12', 'invalid reference format'],
    ['-x', 'invalid reference format'],
    ['a b', 'invalid reference format'],
    ['busybox:TAG', undefined],
    ['sha256:abc', undefined],
    ['cafe', undefined],
    ['a'.repeat(64), undefined],
  ])('says of the image %s what a daemon says: %s', (text, error) => {
    expect(imageReferenceError(text)).toBe(error);
  });

  it.each([
    [0, 'Less than a second'],
    [1_000, '1 second'],
    [60_000, 'About a minute'],
    [3_600_000, 'About an hour'],
    [47 * 3_600_000, '47 hours'],
    [48 * 3_600_000, '2 days'],
    [14 * 86_400_000, '2 weeks'],
    [60 * 86_400_000, '2 months'],
    [730 * 86_400_000, '2 years'],
  ])('says %d ms as "%s"', (spanMs, words) => {
    expect(humanDuration(spanMs)).toBe(words);
  });

  it.each([
    ['running', 'healthy', 'Up 5 minutes (healthy)'],
    ['running', 'starting', 'Up 5 minutes (health: starting)'],
    ['paused', 'none', 'Up 5 minutes (Paused)'],
    ['restarting', 'none', 'Restarting (1) 3 seconds ago'],
    ['exited', 'none', 'Exited (1) 3 seconds ago'],
    ['created', 'none', 'Created'],
    ['dead', 'none', 'Dead'],
    ['removing', 'none', 'Removal In Progress'],
  ])('says of a container that is %s, %s: %s', (state, health, words) => {
    expect(containerStatus({ state, health, exitCode: 1, startedAtMs: 0, finishedAtMs: 297_000 }, 300_000)).toBe(words);
  });

  it('reads both forms of filters and refuses unknown ones', () => {
    const known = new Set(['label']);
    expect(parseListQuery('{"label":["a=b"]}', known)).toEqual(parseListQuery('{"label":{"a=b":false}}', known));
    expect(parseListQuery('{"label":null} ', known)).toEqual(new Map([['label', []]]));
    expect(() => parseListQuery('{"x":["a"]}', known)).toThrow("invalid filter 'x'");
    expect(() => parseListQuery('{"label":["a"],"name":{"b":true}}')).toThrow('invalid filters');
    expect(() => parseListQuery('{"label":5}', known)).toThrow(expect.objectContaining({ code: 'request/invalid' }));
  });

  it.each(['a', '_a', 'a b', 'ä1', '-ab'])('refuses the container name %j', (name) => {
    expect(() => containerName(name)).toThrow(`Invalid container name (${name}), only`);
  });

  it('gives the messages of a stream whole, however it was cut', () => {
    // What could mislead the splitter, and characters of several bytes.
    const text = fc.string({ unit: fc.constantFrom('{', '}', '"', '\\', '\n', 'a', 'ä', '🐳'), maxLength: 8 });
    const value = fc.oneof(text, fc.jsonValue({ maxDepth: 1 }));
    const message = fc.dictionary(text, value, { maxKeys: 3 }).map((members) => JSON.stringify(members));
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 5 }),
        fc.constantFrom('', '\n', '\r\n'),
        fc.integer({ min: 1, max: 9 }),
        (messages, between, size) => {
          const bytes = Buffer.from(messages.map((text) => text + between).join(''));
          const splitter = new JsonSplitter();
          const found: string[] = [];
          for (let at = 0; at < bytes.length; at += size)
            found.push(...splitter.push(bytes.subarray(at, at + size)).map((part) => part.toString('utf8')));
          expect(found).toEqual(messages);
        },
      ),
    );
  });
});
