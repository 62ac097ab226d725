import { describe, expect, it } from 'vitest';
import { clampVersion, compareApiVersions } from '#docker-api';
import { splitVersion, versionRefusal } from './api-version.ts';

describe('API versions', () => {
  it('are compared number by number', () => {
    expect(compareApiVersions('1.9', '1.10')).toBeLessThan(0);
    expect(compareApiVersions('1.51.0', '1.51')).toBe(0);
    expect(compareApiVersions('2', '1.99')).toBeGreaterThan(0);
  });

  it.each([
    ['/v1.40/info', '1.40', '/info'],
    ['/v1/info', '1', '/info'],
    ['/info', undefined, '/info'],
    ['/vabc/info', undefined, '/vabc/info'],
    ['/V1.40/info', undefined, '/V1.40/info'],
    ['/v1.40', undefined, '/v1.40'],
  ])('are taken from the front of %s', (path, version, rest) => {
    expect(splitVersion(path)).toEqual({ version, rest });
  });

  it('outside the window are refused in the words of the engine', () => {
    const window = { min: '1.24', max: '1.41' };
    expect(versionRefusal('1.42', window)).toBe('client version 1.42 is too new. Maximum supported API version is 1.41');
    expect(versionRefusal('1.2', window)).toBe(
      'client version 1.2 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version',
    );
    expect(versionRefusal('1.24', window)).toBeUndefined();
  });

  it('are clamped to what an engine speaks', () => {
    const window = { min: '1.24', max: '1.41' };
    expect(['1.12', '1.30', '1.51'].map((version) => clampVersion(version, window))).toEqual(['1.24', '1.30', '1.41']);
  });
});
