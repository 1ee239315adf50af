import type { AgentIdentity } from '@portolan/contract/agent';
import type { reportedProblem } from '@portolan/contract/agent-reports';
import type { z } from 'zod';
import { parseKey } from '@portolan/resources/kinds/object';
import type { Transaction } from '../db/database.ts';
import { customDomainsOf } from './custom-domains.ts';
import { generateHost } from './generated-domain.ts';
import {
  addDomains,
  listClusterDomains,
  listDomainObjects,
  listTaken,
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
type DomainProblem = z.output<typeof reportedProblem>;
type DomainObject = Awaited<ReturnType<typeof listDomainObjects>>[number];

/**
 * Allocates hosts to all objects that are exposed at the edge, and releases hosts without an object. An object keeps its other
 * hosts when a custom domain is held by another object. Returns one problem for each such domain.
 */
export async function allocateDomains(
  tx: Transaction,
  identity: AgentIdentity,
  { edgeSuffix }: DomainSettings,
): Promise<DomainProblem[]> {
  const objects = await listDomainObjects(tx, identity.clusterId);
  const held = await listClusterDomains(tx, identity.clusterId);
  await allocateGenerated(tx, { identity, objects, held, edgeSuffix });
  const taken = await allocateCustom(tx, { identity, objects, held, edgeSuffix });
  return taken.map(problemOf);
}

interface Allocation {
  readonly identity: AgentIdentity;
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

/** Returns the custom domains that are requested but held by another object. */
async function allocateCustom(tx: Transaction, allocation: Allocation): Promise<DomainHolder[]> {
  const { identity, objects, held, edgeSuffix } = allocation;
  const wanted = objects.flatMap(({ key, object }) =>
    customDomainsOf(object, edgeSuffix).map((host) => ({ host, objectKey: key, kind: 'custom' as const })),
  );
  const isWanted = ({ host, objectKey }: DomainHolder) =>
    wanted.some((domain) => domain.host === host && domain.objectKey === objectKey);
  const custom = held.filter(({ kind }) => kind === 'custom');
  await removeDomains(
    tx,
    custom.filter((domain) => !isWanted(domain)),
  );
  const missing = wanted.filter(
    ({ host, objectKey }) => !custom.some((domain) => domain.host === host && domain.objectKey === objectKey),
  );
  if (missing.length > 0) await addDomains(tx, identity, missing);
  return missing.length > 0 ? listTaken(tx, identity.clusterId, missing) : [];
}

function problemOf({ host, objectKey }: DomainHolder): DomainProblem {
  const { kind, namespace, name } = parseKey(objectKey) ?? {};
  return {
    code: 'domain-taken',
    severity: 'error',
    kind,
    namespace: namespace === '' ? null : namespace,
    name,
    field: 'spec.customDomains',
    message: `Domain ${host} is in use by another object and does not lead to this one.`,
    fix: 'Choose another domain, or remove it from the other object.',
  };
}
