import { X509Certificate } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

/** What is read from a certificate. */
export interface CertificateFacts {
  /** Lower-case hexadecimal. */
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Common name of the issuer, or its whole name. */
  readonly issuer: string;
  /** Identifier for renewal information (RFC 9773 §4.1); null for a certificate that does not name its issuer's key. */
  readonly renewalId: string | null;
  /** DNS names, in lower case. */
  readonly hosts: readonly string[];
  /** SPKI in DER, in base64. */
  readonly publicKey: string;
}

/** Reads the first certificate of a PEM chain. @throws Error when there is none. */
export function readCertificate(chain: string): CertificateFacts {
  const leaf = new X509Certificate(chain);
  const parsed = new x509.X509Certificate(leaf.raw);
  const hosts = parsed.getExtension(x509.SubjectAlternativeNameExtension)?.names.toJSON() ?? [];
  return {
    serial: leaf.serialNumber.toLowerCase(),
    notBefore: parsed.notBefore,
    notAfter: parsed.notAfter,
    issuer: /^CN=(.+)$/m.exec(leaf.issuer)?.[1] ?? leaf.issuer.replaceAll('\n', ', '),
    renewalId: renewalIdOf(parsed, leaf.serialNumber),
    hosts: hosts.filter(({ type }) => type === 'dns').map(({ value }) => value.toLowerCase()),
    publicKey: leaf.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}

/** RFC 9773 §4.1: key identifier of the authority and serial number as in DER, both in base64url. */
function renewalIdOf(certificate: x509.X509Certificate, serial: string): string | null {
  const keyId = certificate.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId;
  if (keyId === undefined) return null;
  const bytes = Buffer.from(serial.length % 2 === 0 ? serial : `0${serial}`, 'hex');
  // DER of an INTEGER keeps a leading zero where the first bit would make it negative.
  const der = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return `${Buffer.from(keyId, 'hex').toString('base64url')}.${der.toString('base64url')}`;
}

/** Returns the chain that a preferred issuer ends, else the first. */
export function chooseChain(chains: readonly string[], preferredIssuer: string | null): string {
  const [first = ''] = chains;
  if (preferredIssuer === null) return first;
  return chains.find((chain) => issuersOf(chain).includes(preferredIssuer)) ?? first;
}

function issuersOf(chain: string): string[] {
  const certificates = chain.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return certificates.map((pem) => readCertificate(pem).issuer);
}
