import { expect, it } from 'vitest';
import { waysToEnginesProblems } from './ways-to-engines.ts';

it('says of files for engines that are not there which flag names them and what to give, all at once', () => {
  expect(
    waysToEnginesProblems({
      engineTls: 'verify',
      engineTlsCaFile: '/nowhere/ca.pem',
      engineTlsCertFile: '/nowhere/cert.pem',
      engineTlsKeyFile: import.meta.filename,
      engineTlsDir: '/nowhere/engines',
    }),
  ).toEqual([
    "Couldn't read CA certificate: /nowhere/ca.pem (--engine-tlscacert or BALEEN_ENGINE_TLS_CA_FILE): no such file or directory; give the CA of the engines’ certificates, PEM",
    `Couldn't load X509 key pair (/nowhere/cert.pem, ${import.meta.filename}): /nowhere/cert.pem (--engine-tlscert or BALEEN_ENGINE_TLS_CERT_FILE): no such file or directory; give a client certificate that the engines take, PEM`,
    expect.stringContaining('/nowhere/engines'),
  ]);
  expect(waysToEnginesProblems({})).toEqual([]);
});
