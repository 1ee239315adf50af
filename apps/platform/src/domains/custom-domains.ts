import { isRecord } from '@portolan/resources/kinds/object';

const DOMAINS_MAX = 20;
// RFC 1123 section 2.1: labels of letters, digits and inner hyphens, 63 octets each, 253 in all.
const HOST = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;
// RFC 6761 and the names ICANN set aside: nobody can own them, so there is nothing to verify.
const UNOWNED = /\.(localhost|test|internal|example|invalid)$/;

/** Returns the hosts among `spec.customDomains` that an object may hold: none of those that the platform generates. */
export function customDomainsOf(object: Record<string, unknown>, edgeSuffix: string): string[] {
  const spec = object['spec'];
  const listed: unknown = isRecord(spec) ? spec['customDomains'] : undefined;
  if (!Array.isArray(listed)) return [];
  const hosts = listed
    .filter((host): host is string => typeof host === 'string')
    .map((host) => host.toLowerCase())
    .filter((host) => HOST.test(host) && UNOWNED.test(host))
    .filter((host) => host !== edgeSuffix && !host.endsWith(`.${edgeSuffix}`));
  return [...new Set(hosts)].slice(0, DOMAINS_MAX);
}
