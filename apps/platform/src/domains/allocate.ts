import { and, eq, inArray, notInArray } from 'drizzle-orm';
import { isRecord, parseKey } from '@portolan/resources/kinds/object';
import type { Transaction } from '../db/database.ts';
import { domains } from './schema.ts';
import { resources } from '../resources/list/schema.ts';
import type { AgentIdentity } from '@portolan/contract/agent';
import { generatedDomain } from './generated-domain.ts';

export interface DomainSettings {
  /** Generated domains end in it: `edge.localhost`. */
  readonly edgeSuffix: string;
}

const DOMAIN_KINDS = ['APIGateway', 'EdgeIngress', 'APIPortal'];
const HUB_VERSION = 'hub.traefik.io/v1alpha1';
// RFC 6761 and the names ICANN set aside: nobody can own them, so there is nothing to verify.
const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const UNOWNED = /\.(localhost|test|internal|example|invalid)$/;

/** Gives every object that is reached through the edge its hosts, and takes away those nobody needs any more. */
export async function allocateDomains(
  tx: Transaction,
  identity: AgentIdentity,
  settings: DomainSettings,
): Promise<void> {
  const objects = await tx
    .select({ key: resources.key, object: resources.object })
    .from(resources)
    .where(
      and(
        eq(resources.clusterId, identity.clusterId),
        inArray(resources.kind, DOMAIN_KINDS),
        eq(resources.apiVersion, HUB_VERSION),
      ),
    );
  const wanted = objects.flatMap(({ key, object }) => hostsOf(key, object, identity, settings));
  const hosts = wanted.map(({ host }) => host);
  const isOfCluster = eq(domains.clusterId, identity.clusterId);
  await tx
    .delete(domains)
    .where(hosts.length === 0 ? isOfCluster : and(isOfCluster, notInArray(domains.host, hosts)));
  if (wanted.length === 0) return;
  // A host that another object holds already stays with it: first come, first served.
  await tx.insert(domains).values(wanted).onConflictDoNothing();
}

function hostsOf(
  objectKey: string,
  object: Record<string, unknown>,
  identity: AgentIdentity,
  settings: DomainSettings,
): (typeof domains.$inferInsert)[] {
  const id = parseKey(objectKey);
  if (id === null) return [];
  const { clusterId, workspace: workspaceId } = identity;
  const generated = generatedDomain(identity, id, settings.edgeSuffix);
  const row = { clusterId, workspaceId, objectKey };
  const custom = customDomainsOf(object)
    // A name below the generated ones could take another tenant's place.
    .filter((host) => HOST.test(host) && UNOWNED.test(host) && !host.endsWith(`.${settings.edgeSuffix}`))
    .map((host) => ({ ...row, host, kind: 'custom' as const }));
  return [{ ...row, host: generated, kind: 'generated' }, ...custom];
}

function customDomainsOf(object: Record<string, unknown>): string[] {
  const spec = object['spec'];
  const listed = isRecord(spec) ? spec['customDomains'] : undefined;
  if (!Array.isArray(listed)) return [];
  const hosts = listed
    .filter((host): host is string => typeof host === 'string')
    .map((host) => host.toLowerCase());
  return [...new Set(hosts)].slice(0, 20);
}
