import { isRecord, type KubernetesObject } from '@portolan/resources/kinds/object';
import type { Problem } from '@portolan/resources/problem';
import { reasonOf, type Finding } from './conditions.ts';

/** What the agent knows about an object beside what the object contains. */
export interface ObjectFacts {
  readonly object: KubernetesObject;
  readonly problems: readonly Problem[];
  /** Addresses at which requests reach it. */
  readonly urls: readonly string[];
  readonly domains: { readonly generated: string | null; readonly custom: readonly string[] } | null;
  /** Null without a platform; false while the platform has not acknowledged the object as it is now. */
  readonly isSynced: boolean | null;
  /** State of its OpenAPI document; null for an object that names none. */
  readonly document: 'found' | 'missing' | 'fetching' | null;
}

/** Types of the conditions that the agent writes. */
export const FINDING_TYPES = [
  'Ready',
  'Synced',
  'DomainsVerified',
  'CertificateReady',
  'DocumentAvailable',
] as const;

/** Kinds that are served at their own address. */
const ADDRESSED = new Set(['API', 'APIVersion', 'APIGateway', 'EdgeIngress']);
/** Warnings of objects that no request reaches. */
const NOT_SERVED = new Set(['not-exposed', 'no-domain']);

/** Returns what is found about an object: `Ready` sums up whether it does what it is for. */
export function findingsOf(
  facts: ObjectFacts,
  hasCertificate: (host: string) => boolean,
): readonly Finding[] {
  return [
    readyOf(facts),
    ...syncOf(facts),
    ...ownershipOf(facts),
    ...certificateOf(facts, hasCertificate),
    ...documentOf(facts),
  ];
}

function readyOf({ object, problems, urls }: ObjectFacts): Finding {
  const fault =
    problems.find(({ severity }) => severity === 'error') ??
    problems.find(({ code }) => urls.length === 0 && NOT_SERVED.has(code));
  if (fault !== undefined) return finding('Ready', 'False', reasonOf(fault.code), explain(fault));
  const warnings = problems.filter(({ code }) => code !== 'openapi-unavailable').map(explain);
  const reason = ADDRESSED.has(object.kind) && urls.length > 0 ? 'Served' : 'Accepted';
  return finding('Ready', 'True', reason, warnings.join('\n'));
}

function syncOf({ isSynced }: ObjectFacts): readonly Finding[] {
  if (isSynced === null) return [];
  return isSynced
    ? [finding('Synced', 'True', 'Synced', 'the platform has the object as it is now')]
    : [finding('Synced', 'Unknown', 'Pending', 'the platform has not confirmed the object as it is now')];
}

/** Custom domains count once their owner is verified. */
function ownershipOf({ object, domains, isSynced }: ObjectFacts): readonly Finding[] {
  const wanted = customDomains(object);
  if (wanted.length === 0 || isSynced === null) return [];
  const verified = new Set(domains?.custom);
  const missing = wanted.filter((domain) => !verified.has(domain));
  return missing.length === 0
    ? [finding('DomainsVerified', 'True', 'DomainsVerified', `verified: ${wanted.join(', ')}`)]
    : [
        finding(
          'DomainsVerified',
          'False',
          'DomainOwnership',
          `the owner of ${missing.join(', ')} is not verified, so it is not served there`,
        ),
      ];
}

function certificateOf(
  { domains }: ObjectFacts,
  hasCertificate: (host: string) => boolean,
): readonly Finding[] {
  const hosts = [...(domains?.generated ? [domains.generated] : []), ...(domains?.custom ?? [])];
  if (hosts.length === 0) return [];
  const missing = hosts.filter((host) => !hasCertificate(host));
  return missing.length === 0
    ? [finding('CertificateReady', 'True', 'CertificateSynced', `certificate for ${hosts.join(', ')}`)]
    : [
        finding(
          'CertificateReady',
          'False',
          'CertificatePending',
          `there is no certificate for ${missing.join(', ')} yet`,
        ),
      ];
}

function documentOf({ document, problems }: ObjectFacts): readonly Finding[] {
  if (document === null) return [];
  if (document === 'found') return [finding('DocumentAvailable', 'True', 'OpenApiDocumentFound', '')];
  if (document === 'fetching')
    return [finding('DocumentAvailable', 'Unknown', 'Fetching', 'the OpenAPI document is being fetched')];
  const problem = problems.find(({ code }) => code === 'openapi-unavailable');
  const message = problem === undefined ? '' : explain(problem);
  return [finding('DocumentAvailable', 'False', 'OpenApiDocumentNotFound', message)];
}

/** Returns `spec.customDomains`. */
function customDomains({ spec }: KubernetesObject): readonly string[] {
  const domains = isRecord(spec) ? spec['customDomains'] : null;
  return Array.isArray(domains) ? domains.filter((domain) => typeof domain === 'string') : [];
}

function explain({ field, message, fix }: Problem): string {
  return `${field ? `${field}: ` : ''}${message}${fix === undefined ? '' : `; ${fix}`}`;
}

function finding(
  type: (typeof FINDING_TYPES)[number],
  status: Finding['status'],
  reason: string,
  message: string,
): Finding {
  return { type, status, reason, message };
}
