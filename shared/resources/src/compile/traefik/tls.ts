import { getCiphers } from 'node:tls';
import { type TlsOption, tlsOptionShape, type TlsStore } from '../../kinds/traefik-shapes.ts';
import type { TlsOptions } from '../../model/model.ts';
import { certificatesOf } from '../core/ingress-certificates.ts';
import { readSecret } from '../core/secret.ts';
import { defineKind } from '../define-kind.ts';
import type { Reader } from '../reader.ts';
import type { Resolved } from '../unit.ts';
import { warnWithoutEffect } from './unsupported.ts';

type TlsVersion = NonNullable<TlsOptions['minVersion']>;
type ClientAuth = NonNullable<TlsOption['spec']['clientAuth']>;

const VERSIONS: ReadonlyMap<string, TlsVersion> = new Map([
  ['VersionTLS10', 'TLSv1'],
  ['VersionTLS11', 'TLSv1.1'],
  ['VersionTLS12', 'TLSv1.2'],
  ['VersionTLS13', 'TLSv1.3'],
]);

const CLIENT_AUTH_MODES = {
  NoClientCert: 'none',
  RequestClientCert: 'request',
  RequireAnyClientCert: 'require',
  VerifyClientCertIfGiven: 'verify-if-given',
  RequireAndVerifyClientCert: 'verify',
} as const;

export const tlsOptionKind = defineKind<TlsOption>({
  type: 'TLSOption.traefik.io',
  judge: ({ spec }) =>
    (['minVersion', 'maxVersion'] as const)
      .filter((name) => spec[name] !== undefined && !VERSIONS.has(spec[name]))
      .map((name) => ({
        code: 'invalid',
        field: `spec.${name}`,
        message: `"${spec[name]}" is not a TLS version`,
        fix: `use one of ${[...VERSIONS.keys()].join(', ')}`,
      })),
  compile({ spec, reader }) {
    const value = compileOptions(spec, reader);
    warnWithoutEffect(reader, tlsOptionShape.shape.spec, spec.spec);
    if (!value.ok) {
      reader.error('missing-reference', 'spec', {
        message: `${value.reason}; routes that name it return 404`,
        fix: value.fix,
      });
      return { value };
    }
    // Traefik: the option named default applies wherever none is named.
    return {
      value,
      ...(reader.self.name === 'default'
        ? { tlsOptions: [{ host: 'default', value: value.value, owner: reader.self }] }
        : {}),
    };
  },
});

export const tlsStoreKind = defineKind<TlsStore>({
  type: 'TLSStore.traefik.io',
  compile({ spec: { spec }, reader }) {
    if (reader.self.name !== 'default') {
      const message = 'only the TLSStore named "default" has effect';
      reader.warn('no-effect', 'metadata.name', { message, fix: 'name it default' });
      return {};
    }
    const fallback =
      spec.defaultCertificate === undefined ? [] : [{ ...spec.defaultCertificate, hosts: ['default'] }];
    const found = [
      ...(certificatesOf(reader, fallback, 'spec.defaultCertificate').certificates ?? []),
      ...(certificatesOf(reader, spec.certificates ?? [], 'spec.certificates').certificates ?? []),
    ];
    return found.length === 0 ? {} : { certificates: found };
  },
});

function compileOptions({ spec }: TlsOption, reader: Reader): Resolved<TlsOptions> {
  const ca: string[] = [];
  for (const name of spec.clientAuth?.secretNames ?? []) {
    const found = readSecret(reader, {
      namespace: reader.self.namespace,
      name,
      keys: ['ca.crt', 'tls.ca', 'tls.crt'],
    });
    if (!found.ok) return found;
    ca.push(found.value);
  }
  const ciphers = cipherSuites(spec.cipherSuites ?? []);
  if (!ciphers.ok) return ciphers;
  const { minVersion, maxVersion } = spec;
  const min = minVersion === undefined ? undefined : VERSIONS.get(minVersion);
  const max = maxVersion === undefined ? undefined : VERSIONS.get(maxVersion);
  return {
    ok: true,
    value: {
      ...(min === undefined ? {} : { minVersion: min }),
      ...(max === undefined ? {} : { maxVersion: max }),
      cipherSuites: ciphers.value,
      alpnProtocols: spec.alpnProtocols ?? [],
      ...(spec.sniStrict === true ? { sniStrict: true } : {}),
      clientAuth: spec.clientAuth === undefined ? null : { mode: modeOf(spec.clientAuth), ca },
    },
  };
}

/** Traefik: naming CAs without a type means that clients must present a certificate of theirs. */
function modeOf({
  clientAuthType,
  secretNames = [],
}: ClientAuth): NonNullable<TlsOptions['clientAuth']>['mode'] {
  if (clientAuthType !== undefined) return CLIENT_AUTH_MODES[clientAuthType];
  return secretNames.length > 0 ? 'verify' : 'none';
}

const known = new Set(getCiphers());

/** Translates suites from the IANA names Traefik uses to OpenSSL's, which Node uses. */
export function cipherSuites(names: readonly string[]): Resolved<readonly string[]> {
  const translated: string[] = [];
  for (const name of names) {
    const suite = openSslName(name);
    if (!known.has(suite.toLowerCase())) {
      return {
        ok: false,
        reason: `cipher suite "${name}" is not supported`,
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
