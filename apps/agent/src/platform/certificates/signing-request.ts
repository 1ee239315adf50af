// @peculiar/x509 registers its parts with tsyringe, which needs this first.
import 'reflect-metadata';
import { createPrivateKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
/** RFC 8737 §6.1: extension with the SHA-256 of the key authorization. */
const ACME_IDENTIFIER = '1.3.6.1.5.5.7.1.31';
const DIGEST_BYTES = 32;
const DAY_MS = 24 * 3600_000;

/** Generates a private key, as PKCS #8 in PEM. */
export function generateKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Returns a request to sign (PKCS #10) for hosts, in DER, in base64. */
export async function signingRequest(key: string, hosts: readonly string[]): Promise<string> {
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    keys: await keyPairOf(key),
    signingAlgorithm: ALGORITHM,
    extensions: [namesOf(hosts)],
  });
  return Buffer.from(request.rawData).toString('base64');
}

/** Makes a certificate that answers a TLS-ALPN-01 challenge (RFC 8737 §3). `digest`: in base64url. */
export async function challengeCertificate(
  host: string,
  digest: string,
): Promise<{ readonly cert: string; readonly key: string }> {
  const bytes = Buffer.from(digest, 'base64url');
  if (bytes.length !== DIGEST_BYTES) throw new Error(`the challenge for ${host} is not a SHA-256`);
  const key = generateKey();
  const octetString = Buffer.concat([Buffer.of(0x04, DIGEST_BYTES), bytes]);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=ACME challenge',
    keys: await keyPairOf(key),
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    extensions: [namesOf([host]), new x509.Extension(ACME_IDENTIFIER, true, octetString)],
  });
  return { cert: cert.toString('pem'), key };
}

function namesOf(hosts: readonly string[]): x509.SubjectAlternativeNameExtension {
  return new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: 'dns', value })));
}

async function keyPairOf(pem: string): Promise<webcrypto.CryptoKeyPair> {
  const jwk = createPrivateKey(pem).export({ format: 'jwk' });
  const { d: _private, ...publicJwk } = jwk;
  return {
    privateKey: await webcrypto.subtle.importKey('jwk', jwk, ALGORITHM, true, ['sign']),
    publicKey: await webcrypto.subtle.importKey('jwk', publicJwk, ALGORITHM, true, ['verify']),
  };
}
