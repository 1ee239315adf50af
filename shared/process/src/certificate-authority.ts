// @peculiar/x509 registers its parts with tsyringe, which needs this first.
import 'reflect-metadata';
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 24 * 3600_000;
const AUTHORITY_DAYS = 10 * 365;
// Clocks of clients may be behind.
const BACKDATE_MS = 3600_000;

/** A certificate authority for connections between parts of Portolan: its certificate and private key in PEM. */
export interface AuthorityKeys {
  readonly cert: string;
  readonly key: string;
}

/** The subject of a certificate and what it may be used for. */
interface CertificateRequest {
  readonly commonName: string;
  /** Host names and IP addresses. */
  readonly hosts?: readonly string[];
  /** The subject's own public key, SPKI in DER; absent: a new pair is generated. */
  readonly publicKey?: Buffer;
  readonly usage: 'server' | 'client';
  readonly notAfter: Date;
}

interface IssuedCertificate {
  /** PEM chain: the certificate, then the authority. */
  readonly cert: string;
  /** PEM; null if the subject has it. */
  readonly key: string | null;
  readonly notAfter: Date;
}

export interface Authority {
  /** SHA-256 of its certificate. */
  readonly fingerprint: string;
  /** PEM; what clients must trust. */
  readonly certificate: string;
  readonly notAfter: Date;
  issue(request: CertificateRequest): Promise<IssuedCertificate>;
}

/** Creates a certificate authority that is valid for ten years, or until a given time. */
export async function createAuthority(
  commonName: string,
  notAfter: Date = new Date(Date.now() + AUTHORITY_DAYS * DAY_MS),
): Promise<AuthorityKeys> {
  const keys = await newKeys();
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${commonName}`,
    keys,
    serialNumber: newSerial(),
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - BACKDATE_MS),
    notAfter,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: cert.toString('pem'), key: await exportKey(keys.privateKey) };
}

/** Opens an authority for issuing. */
export async function openAuthority({ cert, key }: AuthorityKeys): Promise<Authority> {
  const certificate = new x509.X509Certificate(cert);
  const signingKey = await importKey(key);
  return {
    certificate: cert,
    notAfter: certificate.notAfter,
    fingerprint: createHash('sha256').update(Buffer.from(certificate.rawData)).digest('hex'),
    issue: (request) => issue(certificate, signingKey, request),
  };
}

async function issue(
  authority: x509.X509Certificate,
  signingKey: webcrypto.CryptoKey,
  { commonName, hosts = [], publicKey, usage, notAfter }: CertificateRequest,
): Promise<IssuedCertificate> {
  const keys = publicKey ? null : await newKeys();
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  const cert = await x509.X509CertificateGenerator.create({
    subject: `CN=${commonName.slice(0, 64)}`,
    issuer: authority.subject,
    publicKey: keys?.publicKey ?? new x509.PublicKey(publicKey ?? Buffer.alloc(0)),
    signingKey,
    serialNumber: newSerial(),
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - BACKDATE_MS),
    notAfter,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([usage === 'server' ? serverAuth : clientAuth]),
      ...(hosts.length > 0
        ? [
            new x509.SubjectAlternativeNameExtension(
              hosts.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
            ),
          ]
        : []),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  const chain = `${cert.toString('pem')}\n${authority.toString('pem')}\n`;
  return { cert: chain, key: keys && (await exportKey(keys.privateKey)), notAfter };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

// RFC 5280 §4.1.2.2: positive, at most 20 octets.
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes.toString('hex');
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
}
