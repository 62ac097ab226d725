import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CertificateExpiry } from '#contracts';
import { fileFailure } from '#service-shell';
import type { ApiGatewayConfig } from '../../api-gateway-config.ts';

export type CertificateFiles = Pick<
  ApiGatewayConfig,
  'tls' | 'tlsCaFile' | 'tlsCertFile' | 'engineTlsCaFile' | 'engineTlsCertFile'
>;

/** When the certificates in the files of this gateway end: of several in a file, the first to end. */
export function certificateExpiries(files: CertificateFiles): CertificateExpiry[] {
  const endpoint: [string, string | undefined][] = [
    ['endpoint', files.tlsCertFile],
    ['clients’ CA', files.tlsCaFile],
  ];
  const engines: [string, string | undefined][] = [
    ['towards engines', files.engineTlsCertFile],
    ['engines’ CA', files.engineTlsCaFile],
  ];
  const named = [...(files.tls === 'off' ? [] : endpoint), ...engines];
  return named.flatMap(([name, file]) => (file === undefined ? [] : [{ name, ...expiryOf(file) }]));
}

function expiryOf(file: string): Omit<CertificateExpiry, 'name'> {
  try {
    const parts = readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
    if (parts === null) return { failure: `${file} holds no certificate` };
    return { expiresAtMs: Math.min(...parts.map((part) => Date.parse(new X509Certificate(part).validTo))) };
  } catch (error) {
    return { failure: `${file} cannot be read: ${fileFailure(error)}` };
  }
}
