// @peculiar/x509 registers its parts with tsyringe, which needs this first.
import 'reflect-metadata';
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { writeFileAtomic } from '@portolan/process/atomic-file';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 24 * 3600_000;
const AUTHORITY_DAYS = 10 * 365;
const LEAF_DAYS = 90;
// Clocks of clients may be behind.
const BACKDATE_MS = 3600_000;

interface IssuedCertificate {
  /** PEM chain: the certificate, then the authority. */
  readonly cert: string;
  readonly key: string;
  readonly notAfter: Date;
}

/** The platform's own certificate authority, for domains that no public one can certify. */
export interface Authority {
  /** SHA-256 of its certificate. */
  readonly fingerprint: string;
  /** What clients must trust. */
  readonly certificate: string;
  issue(hosts: readonly string[]): Promise<IssuedCertificate>;
}

/** Opens the authority of a directory at first need and keeps it; a failure is tried again at the next. */
export function lazyAuthority(directory: string): () => Promise<Authority> {
  let opening: Promise<Authority> | null = null;
  return () => {
    opening ??= openAuthority(directory).catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };
}

/** The authority kept in a directory, made there at first; its key is readable by the platform's user alone. */
async function openAuthority(directory: string): Promise<Authority> {
  const certFile = join(directory, 'ca.pem');
  const keyFile = join(directory, 'ca.key');
  const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]).catch(
    absent,
  );
  if (cert !== undefined && key !== undefined) return authorityOf(cert, await importKey(key));
  const keys = await newKeys();
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Portolan local authority',
    keys,
    serialNumber: newSerial(),
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - BACKDATE_MS),
    notAfter: new Date(Date.now() + AUTHORITY_DAYS * DAY_MS),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  // The key first: a certificate without its key would be found, and be useless.
  await writeFileAtomic(keyFile, await exportKey(keys.privateKey));
  await writeFileAtomic(certFile, made.toString('pem'));
  return authorityOf(made.toString('pem'), keys.privateKey);
}

function absent(error: unknown): [] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
  throw error;
}

function authorityOf(pem: string, signingKey: webcrypto.CryptoKey): Authority {
  const certificate = new x509.X509Certificate(pem);
  return {
    certificate: pem,
    fingerprint: createHash('sha256').update(Buffer.from(certificate.rawData)).digest('hex'),
    issue: (hosts) => issue(certificate, signingKey, hosts),
  };
}

async function issue(
  authority: x509.X509Certificate,
  signingKey: webcrypto.CryptoKey,
  hosts: readonly string[],
): Promise<IssuedCertificate> {
  const keys = await newKeys();
  const notAfter = new Date(Date.now() + LEAF_DAYS * DAY_MS);
  const cert = await x509.X509CertificateGenerator.create({
    subject: `CN=${hosts[0]?.slice(0, 64) ?? ''}`,
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey,
    serialNumber: newSerial(),
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - BACKDATE_MS),
    notAfter,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: 'dns', value }))),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  const chain = `${cert.toString('pem')}\n${authority.toString('pem')}\n`;
  return { cert: chain, key: await exportKey(keys.privateKey), notAfter };
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
