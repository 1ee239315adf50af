import type { Certificate } from '../../model/model.ts';
import { normaliseHost } from '../../rules/hosts.ts';
import type { Reader } from '../reader.ts';
import type { ForHost, UnitOutput } from '../unit.ts';
import { readCertificate } from './secret.ts';

interface TlsEntry {
  readonly hosts?: readonly string[] | undefined;
  readonly secretName?: string | undefined;
}

/** Certificates of the TLS Secrets an object names, for the hosts it lists or else those the certificate itself lists. */
export function certificatesOf(
  reader: Reader,
  entries: readonly TlsEntry[],
  field = 'spec.tls',
): Pick<UnitOutput, 'certificates'> {
  const certificates = entries.flatMap(({ hosts = [], secretName }, index): ForHost<Certificate>[] => {
    if (secretName === undefined || secretName === '') return [];
    const found = readCertificate(reader, reader.self.namespace, secretName);
    if (!found.ok) {
      reader.warn('no-certificate', `${field}[${index}].secretName`, {
        message: `${found.reason}; the default certificate is used`,
        fix: found.fix,
      });
      return [];
    }
    const names = hosts.length > 0 ? hosts.map(normaliseHost) : found.value.hosts;
    return names.map((host) => ({ host, value: found.value.certificate, owner: reader.self }));
  });
  return certificates.length === 0 ? {} : { certificates };
}
