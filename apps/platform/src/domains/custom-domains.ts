import { domainToUnicode } from 'node:url';
import { isRecord } from '@portolan/resources/kinds/object';
import { parse } from 'tldts';
import { baseOf } from './proof.ts';

const DOMAINS_MAX = 20;
// RFC 1123 §2.1: labels of letters, digits and inner hyphens, at most 63 octets each and 253 in total.
// A wildcard stands for exactly one label in front (RFC 4592, RFC 6125 §6.4.3).
const HOST =
  /^(?=.{1,253}$)(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;
// RFC 6761 and names reserved by ICANN: nobody can own them, so ownership need not be verified.
const UNOWNED = /\.(localhost|test|internal|example|invalid)$/;

/** A host listed in `spec.customDomains`. */
export interface CustomDomain {
  readonly host: string;
  /**
   * Domain that was registered with a registry, such as `example.co.uk` for `api.example.co.uk`. Null for names that nobody can
   * own (RFC 6761), which are served without proof.
   */
  readonly registrable: string | null;
}

/**
 * Returns the valid hosts in `spec.customDomains` of an object, at most 20. Leaves out public suffixes, which nobody can prove to
 * own (`co.uk`), and hosts below the suffix of generated hosts.
 */
export function customDomainsOf(object: Record<string, unknown>, edgeSuffix: string): CustomDomain[] {
  const spec = object['spec'];
  const listed: unknown = isRecord(spec) ? spec['customDomains'] : undefined;
  if (!Array.isArray(listed)) return [];
  const hosts = listed
    .filter((host): host is string => typeof host === 'string')
    .map((host) => host.toLowerCase())
    .filter((host) => HOST.test(host) && host !== edgeSuffix && !host.endsWith(`.${edgeSuffix}`));
  return [...new Set(hosts)].flatMap((host) => customDomain(host) ?? []).slice(0, DOMAINS_MAX);
}

/** Returns null for a public suffix and for an invalid internationalised name. */
function customDomain(host: string): CustomDomain | null {
  // A label that begins with xn-- has to be valid Punycode (RFC 5891 §5.4).
  if (host.split('.').some(isInvalidLabel)) return null;
  if (UNOWNED.test(host)) return { host, registrable: null };
  const registrable = parse(baseOf(host), { allowPrivateDomains: true }).domain;
  return registrable === null ? null : { host, registrable };
}

function isInvalidLabel(label: string): boolean {
  return label.startsWith('xn--') && domainToUnicode(label).startsWith('xn--');
}
