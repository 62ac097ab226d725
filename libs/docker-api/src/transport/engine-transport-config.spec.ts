import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, silentLogger, systemClock } from '#service-shell';
import { engineTransportProblems, plainEngineTransport } from './engine-transport-config.ts';
import { openEngineTransport } from './open-engine-transport.ts';
import { EngineTls } from './tls/engine-tls.ts';

describe('the configuration of the ways to engines', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'baleen-transport-config-'));
    writeFileSync(join(folder, 'rubbish.pem'), 'rubbish');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const problems = (changes: object) => engineTransportProblems({ ...plainEngineTransport, ...changes });

  it('needs nothing', () => {
    expect(problems({})).toEqual([]);
  });

  it('is refused with all that is wrong, in the words of classic Swarm', () => {
    const missing = join(folder, 'missing.pem');
    const rubbish = join(folder, 'rubbish.pem');
    const wrong = {
      engineTlsCaFile: missing,
      engineTlsCertFile: rubbish,
      engineTlsKeyFile: rubbish,
      engineTlsDir: rubbish,
      engineSshConfigFile: missing,
    };
    expect(problems(wrong)).toEqual([
      `Couldn't read CA certificate: ${missing} (--engine-tlscacert or BALEEN_ENGINE_TLS_CA_FILE): no such file or directory; give the CA of the engines’ certificates, PEM`,
      expect.stringMatching(/^Couldn't load X509 key pair \(.*rubbish\.pem, .*rubbish\.pem\): .*\. Key encrypted\?$/),
      expect.stringContaining('does not exist or is no folder'),
      expect.stringContaining('ssh configuration'),
    ]);
    const open = () => openEngineTransport({ ...plainEngineTransport, ...wrong }, { clock: systemClock, logger: silentLogger() });
    expect(open).toThrow(ConfigError);
  });

  it('is refused with a CA file that holds no certificate, and with a certificate without its key', () => {
    const rubbish = join(folder, 'rubbish.pem');
    expect(problems({ engineTlsCaFile: rubbish })).toEqual([`Couldn't read CA certificate: ${rubbish} holds no PEM certificate`]);
    expect(problems({ engineTlsCertFile: 'c.pem' })).toEqual([
      'a client certificate and its key must be given together, and there is only c.pem',
    ]);
  });

  it('turns TLS on for the engines that have a folder of their own, and for no host that leads out of it', () => {
    const engineTlsDir = join(folder, 'engines');
    mkdirSync(join(engineTlsDir, '10.0.0.1:2376'), { recursive: true });
    mkdirSync(join(engineTlsDir, 'engine-2'));
    const tls = new EngineTls({ ...plainEngineTransport, engineTlsDir }, silentLogger());
    const isWanted = (host: string, port = 2376) => tls.isWanted({ kind: 'tcp', host, port });
    expect([isWanted('10.0.0.1'), isWanted('10.0.0.1', 2375), isWanted('engine-2', 1), isWanted('engine-3')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect([isWanted('..'), isWanted('engines/../engine-2')]).toEqual([false, false]);
    expect(tls.isWanted({ kind: 'tls', host: 'engine-3', port: 1 })).toBe(true);
  });
});
