import { formatKey, parseKey } from '../../kinds/object.ts';
import type { Rule } from '../../model/rule.ts';
import { normaliseHost } from '../../rules/hosts.ts';
import { escapeRegex } from '../../rules/regex.ts';
import type { Reader } from '../reader.ts';

/** Key of a managed object; cluster-scoped ones have no namespace. */
export function managedKey(kind: string, name: string, namespace = ''): string {
  return formatKey({ group: 'hub.traefik.io', kind, namespace, name });
}

/** Keys of the APIs a list names; an absent namespace is `default`, as in the CRDs' own duplicate rule. */
export function apiKeys(
  apis: readonly { readonly name: string; readonly namespace?: string }[] | undefined,
): string[] {
  return (apis ?? []).map((api) => managedKey('API', api.name, api.namespace || 'default'));
}

/** Keys of objects that a list names, in one namespace. */
export function keysIn(
  kind: string,
  namespace: string,
  list: readonly { readonly name: string }[] | undefined,
): string[] {
  return (list ?? []).map(({ name }) => managedKey(kind, name, namespace));
}

/** Warns of each listed object that does not exist; the others of the list count all the same. */
export function warnOfMissing(reader: Reader, field: string, keys: readonly string[]): void {
  keys.forEach((key, index) => {
    if (reader.get(key) !== null) return;
    const id = parseKey(key);
    if (id === null) return;
    const where = id.namespace === '' ? '' : ` in namespace "${id.namespace}"`;
    reader.warn('missing-reference', `${field}[${index}]`, {
      message: `${id.kind} "${id.name}" does not exist${where}; the entry is skipped`,
      fix: `create ${id.kind} "${id.name}", or remove the entry`,
    });
  });
}

/** Hosts an APIGateway or EdgeIngress answers for: the generated one first, then the verified custom ones. */
export function domainsOf(reader: Reader, key: string): readonly string[] {
  const domains = reader.domains(key);
  if (domains === null) return [];
  const names = domains.generated === null ? domains.custom : [domains.generated, ...domains.custom];
  return [...new Set(names.map(normaliseHost))];
}

/** Any of the hosts; a wildcard stands for one label, as in certificates (RFC 6125 §6.4.3). */
export function hostRule(hosts: readonly string[]): Rule {
  const rules = hosts.map((host): Rule =>
    host.startsWith('*.')
      ? { kind: 'hostRegexp', regex: `^[^.]+${escapeRegex(host.slice(1))}$` }
      : { kind: 'host', host },
  );
  const [only] = rules;
  return rules.length === 1 && only !== undefined ? only : { kind: 'or', rules };
}
