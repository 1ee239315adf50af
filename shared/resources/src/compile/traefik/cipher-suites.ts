import { getCiphers } from 'node:tls';
import type { Resolved } from '../unit.ts';

const known = new Set(getCiphers());

/** Translates suites from the IANA names Traefik uses to OpenSSL's, which Node uses. */
export function cipherSuites(names: readonly string[]): Resolved<readonly string[]> {
  const translated: string[] = [];
  for (const name of names) {
    const suite = openSslName(name);
    if (!known.has(suite.toLowerCase())) {
      return {
        ok: false,
        reason: `cipher suite "${name}" is not known here`,
        fix: 'use IANA names, such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      };
    }
    translated.push(suite);
  }
  return { ok: true, value: translated };
}

/** TLS 1.3 suites keep their name; before, `TLS_<exchange>_WITH_<cipher>_<hash>` loses its words and CBC its mode. */
function openSslName(iana: string): string {
  const [exchange, cipher] = iana.replace(/^TLS_/, '').split('_WITH_');
  if (cipher === undefined) return iana;
  const body = cipher
    .replace(/^(AES)_(\d+)_/, '$1$2_')
    .replace(/_CBC_/, '_')
    .replace(/^(CHACHA20_POLY1305)_SHA256$/, '$1')
    .replaceAll('_', '-');
  return exchange === 'RSA' ? body : `${exchange?.replaceAll('_', '-')}-${body}`;
}
