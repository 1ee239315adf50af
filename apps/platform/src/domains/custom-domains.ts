import { isRecord } from '@portolan/resources/kinds/object';

const DOMAINS_MAX = 20;
// RFC 1123 §2.1: labels of letters, digits and inner hyphens, at most 63 octets each and 253 in total.
const HOST = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;
// RFC 6761 and names reserved by ICANN: nobody can own them, so ownership need not be verified.
const UNOWNED = /\.(localhost|test|internal|example|invalid)$/;

/**
 * Returns the valid hosts in `spec.customDomains` of an object, without those below the suffix of generated hosts; at most 20.
 */
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
