import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from '@portolan/resources/kinds/object';

const FOLDER = join(import.meta.dirname, '../../../interop/traefik/certificates');

type CertificateFile = `${'client' | 'server' | 'upstream'}.${'crt' | 'key'}` | 'ca.crt' | 'upstream-ca.crt';

/** Returns a file of the test's certificates, which are valid for a hundred years and protect nothing. */
export function certificateFile(name: CertificateFile): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

/** Returns the certificate that is shown for every name without one. */
export function defaultCertificate(): readonly KubernetesObject[] {
  const base64 = (name: CertificateFile): string => Buffer.from(certificateFile(name)).toString('base64');
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: { name: 'default-certificate', namespace: 'default' },
      data: { 'tls.crt': base64('server.crt'), 'tls.key': base64('server.key') },
    },
    {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'TLSStore',
      metadata: { name: 'default', namespace: 'default' },
      spec: { defaultCertificate: { secretName: 'default-certificate' } },
    },
  ];
}
