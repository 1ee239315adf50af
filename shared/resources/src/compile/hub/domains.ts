import type { Rule } from '../../model/rule.ts';
import { normaliseHost } from '../../rules/host.ts';
import type { Reader } from '../reader.ts';

/** Hosts an APIGateway or EdgeIngress answers for: the generated one first, then the verified custom ones. */
export function domainsOf(reader: Reader, key: string): readonly string[] {
  const domains = reader.domains(key);
  if (domains === null) return [];
  const names = domains.generated === null ? domains.custom : [domains.generated, ...domains.custom];
  return [...new Set(names.map(normaliseHost))];
}

/** Any of the hosts. */
export function hostRule(hosts: readonly string[]): Rule {
  const rules = hosts.map((host): Rule => ({ kind: 'host', host }));
  const [only] = rules;
  return rules.length === 1 && only !== undefined ? only : { kind: 'or', rules };
}
