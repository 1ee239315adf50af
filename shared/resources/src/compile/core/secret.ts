import { X509Certificate, createPrivateKey } from 'node:crypto';
import { type Secret, secretValue } from '../../kinds/core-shapes.ts';
import { normaliseHost } from '../../rules/hosts.ts';
import type { Certificate } from '../../model/model.ts';
import { ALLOW_PLATFORM_REFERENCES } from '../secret-references.ts';
import type { Reader } from '../reader.ts';
import { defineKind } from '../define-kind.ts';
import type { Resolved } from '../unit.ts';

export const secretKind = defineKind<Secret>({
  type: 'Secret.',
  compile: () => ({}),
});

/** Which key of which Secret. */
interface SecretEntry {
  readonly namespace: string;
  readonly name: string;
  /** Tried in order. */
  readonly keys: readonly string[];
}

/** Reads one value of a Secret as text. */
export function readSecret(reader: Reader, { namespace, name, keys }: SecretEntry): Resolved<string> {
  const secret = reader.find<Secret>({ group: '', kind: 'Secret', namespace, name });
  if (secret === null) return missing(reader, { namespace, name, key: ` with the key ${keys[0]}` });
  for (const key of keys) {
    const value = entryOf(secret.spec, key);
    if (value !== null) return { ok: true, value };
  }
  return {
    ok: false,
    reason: `Secret "${name}" in namespace "${namespace}" has no key ${keys.join(' or ')}`,
    fix: `add the key ${keys[0]}`,
  };
}

/** Says the same of a Secret that does not exist and of one that must not be named: who may not use it need not know which. */
function missing(
  { isRemote }: Reader,
  { namespace, name, key }: { readonly namespace: string; readonly name: string; readonly key: string },
): Extract<Resolved<never>, { ok: false }> {
  const secret = `Secret "${name}" does not exist in namespace "${namespace}"`;
  if (!isRemote) return { ok: false, reason: secret, fix: `create it${key}` };
  return {
    ok: false,
    reason: `${secret}, or does not allow objects made on the platform to name it`,
    fix: `create it in the cluster${key}, with the label ${ALLOW_PLATFORM_REFERENCES}=true`,
  };
}

/** Every value of a Secret as text, in the order of its keys. */
export function readSecretValues(
  reader: Reader,
  namespace: string,
  name: string,
): Resolved<readonly (readonly [key: string, value: string])[]> {
  const secret = reader.find<Secret>({ group: '', kind: 'Secret', namespace, name });
  if (secret === null) return missing(reader, { namespace, name, key: '' });
  const keys = [
    ...new Set([...Object.keys(secret.spec.data ?? {}), ...Object.keys(secret.spec.stringData ?? {})]),
  ].toSorted();
  return { ok: true, value: keys.map((key) => [key, entryOf(secret.spec, key) ?? ''] as const) };
}

/** The certificate of a TLS Secret with the hosts it is for; refuses a pair that a TLS server could not load. */
export function readCertificate(
  reader: Reader,
  namespace: string,
  name: string,
): Resolved<{ readonly certificate: Certificate; readonly hosts: readonly string[] }> {
  const cert = readSecret(reader, { namespace, name, keys: ['tls.crt'] });
  const key = readSecret(reader, { namespace, name, keys: ['tls.key'] });
  if (!cert.ok) return cert;
  if (!key.ok) return key;
  const fix = 'put a PEM certificate chain into tls.crt and its private key into tls.key';
  try {
    const leaf = new X509Certificate(cert.value);
    if (!leaf.checkPrivateKey(createPrivateKey(key.value))) {
      return { ok: false, reason: `tls.key of Secret "${name}" does not belong to its tls.crt`, fix };
    }
    const source = { key: `Secret./${namespace}/${name}`, kind: 'Secret', namespace, name };
    return {
      ok: true,
      value: { certificate: { source, cert: cert.value, key: key.value }, hosts: hostsOfCertificate(leaf) },
    };
  } catch {
    // The parser's own words might quote key material.
    return {
      ok: false,
      reason: `Secret "${name}" in namespace "${namespace}" has no valid certificate and key`,
      fix,
    };
  }
}

function hostsOfCertificate(leaf: X509Certificate): string[] {
  const names = (leaf.subjectAltName ?? '').split(', ').flatMap((entry) => {
    const found = /^(?:DNS|IP Address):(.+)$/.exec(entry);
    return found?.[1] === undefined ? [] : [normaliseHost(found[1])];
  });
  if (names.length > 0) return names;
  const common = /(?:^|\n)CN=([^\n]+)/.exec(leaf.subject);
  return common?.[1] === undefined ? [] : [normaliseHost(common[1])];
}

function entryOf(secret: Secret, key: string): string | null {
  return secretValue(secret, key)?.toString('utf8') ?? null;
}
