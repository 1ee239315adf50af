import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isRecord, type KubernetesObject } from '@portolan/resources/kinds/object';
import { conditionsAfter, readConditions, type Condition } from './conditions.ts';
import { FINDING_TYPES, findingsOf, type ObjectFacts } from './findings.ts';

/** State of an object in the cluster that is compared with what is to be written. */
export interface ObservedState {
  readonly uid: string;
  readonly generation: number;
  readonly status: unknown;
}

/** What is written to `/status`, and the conditions in it. */
export interface WantedStatus {
  readonly status: Readonly<Record<string, unknown>>;
  readonly conditions: readonly Condition[];
}

/** These call the hash of what was synchronised by another name. */
const SPEC_HASH = new Set(['AccessControlPolicy', 'EdgeIngress']);
/** Everything the agent writes but the conditions. */
const FIELDS = [
  'version',
  'syncedAt',
  'hash',
  'specHash',
  'urls',
  'domains',
  'hubDomain',
  'domain',
  'customDomains',
  'connection',
];
const WITH_DOMAINS = new Set(['APIGateway', 'APIPortal', 'EdgeIngress']);

/** Returns the status that an object should have. Unchanged facts give an unchanged status, whatever the time. */
export function statusOf(
  facts: ObjectFacts,
  observed: ObservedState,
  context: { readonly now: Date; readonly hasCertificate: (host: string) => boolean },
): WantedStatus {
  const known = readConditions(observed.status);
  const findings = findingsOf(facts, context.hasCertificate);
  const { generation } = observed;
  const conditions = conditionsAfter(known, findings, { generation, now: context.now });
  const { kind } = facts.object;
  const hosts = [facts.domains?.generated ?? [], facts.domains?.custom ?? []].flat();
  return {
    conditions,
    status: {
      ...syncFields(facts, observed, context.now),
      ...(facts.urls.length === 0 && !WITH_DOMAINS.has(kind) ? {} : { urls: facts.urls.join(',') }),
      ...(WITH_DOMAINS.has(kind) ? domainFields(facts) : {}),
      ...(hosts.length === 0 ? {} : { domains: hosts }),
      ...(kind === 'EdgeIngress' ? { connection: facts.urls.length > 0 ? 'UP' : 'DOWN' } : {}),
      conditions,
    },
  };
}

/** Returns whether a status has what is wanted and nothing else among what the agent writes. */
export function isStatusAsWanted(status: unknown, wanted: WantedStatus): boolean {
  const live = isRecord(status) ? status : {};
  if (!FIELDS.every((field) => isDeepStrictEqual(live[field], wanted.status[field]))) return false;
  const types = new Set<string>(FINDING_TYPES);
  const conditions = readConditions(status).filter(({ type }) => types.has(type));
  return (
    conditions.length === wanted.conditions.length &&
    wanted.conditions.every((each) => conditions.some((one) => isDeepStrictEqual(one, each)))
  );
}

/** Version, time and hash of what the platform has; the former ones until it has the object as it is now. */
function syncFields(
  { object, isSynced }: ObjectFacts,
  { generation, status }: ObservedState,
  now: Date,
): Readonly<Record<string, unknown>> {
  const name = SPEC_HASH.has(object.kind) ? 'specHash' : 'hash';
  const former = isRecord(status) ? status : {};
  const kept = { version: former['version'], syncedAt: former['syncedAt'], [name]: former[name] };
  const hash = hashOf(object);
  const isKnown = former[name] === hash && former['syncedAt'] !== undefined;
  if (isSynced !== true || isKnown)
    return definedOnly(isKnown ? { ...kept, version: String(generation) } : kept);
  return { version: String(generation), syncedAt: `${now.toISOString().slice(0, 19)}Z`, [name]: hash };
}

function domainFields({ object, domains }: ObjectFacts): Readonly<Record<string, unknown>> {
  const generated = domains?.generated ?? undefined;
  return definedOnly({
    [object.kind === 'EdgeIngress' ? 'domain' : 'hubDomain']: generated,
    customDomains: domains?.custom.length ? domains.custom : undefined,
  });
}

/** Objects that do not change are the same ones. */
const hashes = new WeakMap<KubernetesObject, string>();

/** Returns a hash of what people wrote, the same for every order of fields. */
function hashOf(object: KubernetesObject): string {
  const known = hashes.get(object);
  if (known !== undefined) return known;
  const hash = computeHash(object);
  hashes.set(object, hash);
  return hash;
}

function computeHash({ metadata, spec }: KubernetesObject): string {
  const text = JSON.stringify({ labels: metadata.labels, spec }, (_, value: unknown) =>
    isRecord(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

function definedOnly(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
