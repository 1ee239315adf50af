import type { ClusterIdentity } from '@portolan/contract/agent';
import type { reportedProblem } from '@portolan/contract/agent-reports';
import type { z } from 'zod';
import { parseKey } from '@portolan/resources/kinds/object';
import type { Transaction } from '../db/database.ts';
import { isServed, keepClaims, type ClaimRow, type NewClaim } from './claim-store.ts';
import { customDomainsOf, type CustomDomain } from './custom-domains.ts';
import { generateHost } from './generated-domain.ts';
import {
  addDomains,
  listClusterDomains,
  listDomainObjects,
  listTaken,
  lockDomains,
  removeDomains,
  reserveHost,
  setReleased,
} from './store.ts';

export interface DomainSettings {
  /** Suffix of generated hosts, such as `edge.localhost`. */
  readonly edgeSuffix: string;
}

type Domain = Awaited<ReturnType<typeof listClusterDomains>>[number];
type DomainHolder = Pick<Domain, 'host' | 'objectKey'>;
export type DomainProblem = z.output<typeof reportedProblem>;
type DomainObject = Awaited<ReturnType<typeof listDomainObjects>>[number];

/**
 * Allocates hosts to all objects that are exposed at the edge, and releases hosts without an object. An object keeps its other
 * hosts when a custom domain is not proved or is held by another object. Returns one problem for each such domain.
 */
export async function allocateDomains(
  tx: Transaction,
  identity: ClusterIdentity,
  { edgeSuffix }: DomainSettings,
): Promise<DomainProblem[]> {
  await lockDomains(tx, identity.clusterId);
  const objects = await listDomainObjects(tx, identity.clusterId);
  const held = await listClusterDomains(tx, identity.clusterId);
  await allocateGenerated(tx, { identity, objects, held, edgeSuffix });
  return allocateCustom(tx, { identity, objects, held, edgeSuffix });
}

interface Allocation {
  readonly identity: ClusterIdentity;
  readonly objects: readonly DomainObject[];
  readonly held: readonly Domain[];
  readonly edgeSuffix: string;
}

async function allocateGenerated(tx: Transaction, allocation: Allocation): Promise<void> {
  const { identity, objects, held, edgeSuffix } = allocation;
  const generated = held.filter(({ kind, host }) => kind === 'generated' && host.endsWith(`.${edgeSuffix}`));
  const byObject = new Map(generated.map((domain) => [domain.objectKey, domain]));
  const keys = new Set(objects.map(({ key }) => key));
  const back = generated.filter(({ objectKey, releasedAt }) => keys.has(objectKey) && releasedAt !== null);
  const gone = held.filter(
    (domain) =>
      domain.kind === 'generated' &&
      domain.releasedAt === null &&
      !(keys.has(domain.objectKey) && byObject.get(domain.objectKey) === domain),
  );
  await setReleased(tx, gone, true);
  await setReleased(tx, back, false);
  for (const { key } of objects) {
    const name = parseKey(key)?.name;
    if (name === undefined || byObject.has(key)) continue;
    let host = generateHost(name, edgeSuffix);
    while (!(await reserveHost(tx, host))) host = generateHost(name, edgeSuffix);
    await addDomains(tx, identity, [{ host, objectKey: key, kind: 'generated' }]);
  }
}

/**
 * Serves the custom domains that need no proof or have it, and keeps a claim for each of the others. Returns problems of domains
 * that are not served.
 */
async function allocateCustom(tx: Transaction, allocation: Allocation): Promise<DomainProblem[]> {
  const { identity, objects, held, edgeSuffix } = allocation;
  const wanted = objects.flatMap(({ key, object }) =>
    customDomainsOf(object, edgeSuffix).map((domain) => ({ ...domain, objectKey: key })),
  );
  const claims = await keepClaims(tx, identity, wanted.filter(isOwned));
  const served = wanted
    .filter((domain) => !isOwned(domain) || isServed(find(claims, domain)))
    .map(({ host, objectKey }) => ({ host, objectKey, kind: 'custom' as const }));
  const custom = held.filter(({ kind }) => kind === 'custom');
  await removeDomains(
    tx,
    custom.filter((domain) => !find(served, domain)),
  );
  const missing = served.filter((domain) => !find(custom, domain));
  if (missing.length > 0) await addDomains(tx, identity, missing);
  const taken = missing.length > 0 ? await listTaken(tx, identity.clusterId, missing) : [];
  return [...taken.map(takenProblem), ...claims.flatMap((claim) => claimProblem(claim) ?? [])];
}

function isOwned(domain: CustomDomain & { objectKey: string }): domain is NewClaim {
  return domain.registrable !== null;
}

function find<T extends DomainHolder>(among: readonly T[], { host, objectKey }: DomainHolder): T | undefined {
  return among.find((domain) => domain.host === host && domain.objectKey === objectKey);
}

function takenProblem({ host, objectKey }: DomainHolder): DomainProblem {
  return {
    ...placeOf(objectKey),
    code: 'domain-taken',
    severity: 'error',
    message: `Domain ${host} is in use by another object and does not lead to this one.`,
    fix: 'Choose another domain, or remove it from the other object.',
  };
}

function claimProblem({ host, objectKey, state }: ClaimRow): DomainProblem | null {
  if (state === 'verified') return null;
  const fix = `Publish the TXT record that "portolan get domain ${host}" shows; the platform looks for it by itself.`;
  const place = placeOf(objectKey);
  if (state === 'at-risk') {
    const message = `The proof of domain ${host} is no longer in DNS. The domain is served for seven days from then on.`;
    return { ...place, code: 'domain-at-risk', severity: 'warning', message, fix };
  }
  const message = `Domain ${host} is not served, because ${state === 'lost' ? 'its proof has been missing from DNS for seven days' : 'its owner has not been proved yet'}.`;
  return { ...place, code: 'domain-unproved', severity: 'warning', message, fix };
}

function placeOf(objectKey: string): Pick<DomainProblem, 'kind' | 'namespace' | 'name' | 'field'> {
  const { kind, namespace, name } = parseKey(objectKey) ?? {};
  return { kind, namespace: namespace === '' ? null : namespace, name, field: 'spec.customDomains' };
}
