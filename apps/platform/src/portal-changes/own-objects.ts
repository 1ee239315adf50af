import type { PortalUser } from '@portolan/contract/portal-changes';
import { formatKey, type KubernetesObject } from '@portolan/resources/kinds/object';
import type { CatalogueApplication } from '@portolan/resources/model/catalogue';
import type { Model } from '@portolan/resources/model/model';
import { notFound, AppError } from '../app-error.ts';
import { listShownObjects } from '../agents/desired-state/desired-store.ts';
import { commitChanges } from '../change-sets/commit.ts';
import { planWanted } from '../change-sets/plan.ts';
import { requireOwnership, requireValid } from '../change-sets/preconditions.ts';
import type { ChangeTarget, Manifest } from '../change-sets/target.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import { validateObject } from '@portolan/resources/validate/validate';

/** What a change of a portal's user works on: one namespace of one cluster, as it was last reported. */
export interface OwnObjects {
  readonly work: UnitOfWork;
  readonly target: ChangeTarget;
  readonly model: Model;
  readonly namespace: string;
  readonly user: PortalUser;
}

/** Returns the key of an object of hub.traefik.io in the namespace. */
export function ownKey(
  { namespace }: Pick<OwnObjects, 'namespace'>,
  kind: 'ManagedApplication' | 'ManagedSubscription' | 'API' | 'APIBundle',
  name: string,
): string {
  return formatKey({ group: 'hub.traefik.io', kind, namespace, name });
}

/** Returns the objects of a kind in the namespace that were made on the platform, whether the agent has reported them or not. */
export async function listMade(
  { work, target, namespace }: OwnObjects,
  kind: 'ManagedApplication' | 'ManagedSubscription',
): Promise<KubernetesObject[]> {
  const rows = await listShownObjects(work.tx, target.cluster.id);
  return rows
    .map(({ object }) => object as unknown as KubernetesObject)
    .filter((object) => object.kind === kind && object.metadata.namespace === namespace);
}

/** Returns whether an application belongs to a user: by subject, or by e-mail address. */
function isOwner({ id, email }: PortalUser, owner: unknown): boolean {
  return owner === id || (email !== '' && owner === email);
}

interface FoundApplication {
  readonly key: string;
  readonly name: string;
  readonly appId: string;
}

/** Returns the applications of the user: those made here, and those that are resources of the cluster. */
export async function listOwnApplications(own: OwnObjects): Promise<FoundApplication[]> {
  const made = (await listMade(own, 'ManagedApplication')).flatMap((object): FoundApplication[] => {
    const { owner, appId } = specOf(object);
    const { name } = object.metadata;
    return isOwner(own.user, owner)
      ? [{ key: ownKey(own, 'ManagedApplication', name), name, appId: String(appId) }]
      : [];
  });
  const reported = [...own.model.catalogue.values()].filter(
    (entry): entry is CatalogueApplication =>
      entry.kind === 'application' &&
      entry.source.namespace === own.namespace &&
      isOwner(own.user, entry.owner),
  );
  const others = reported
    .filter(({ source }) => !made.some(({ key }) => key === source.key))
    .map(({ source, appId }) => ({ key: source.key, name: source.name, appId }));
  return [...made, ...others];
}

/** Returns an application of the user. @throws AppError `not-found` also for one of somebody else. */
export async function getOwnApplication(own: OwnObjects, name: string): Promise<FoundApplication> {
  const found = (await listOwnApplications(own)).find((application) => application.name === name);
  if (found === undefined) throw notFound(`application ${name} of yours`);
  return found;
}

/** A change of one object: what it becomes of what it is, or null to delete it. */
export interface OwnChange {
  readonly key: string;
  change(before: Manifest | null): Manifest | null;
}

/** Makes changes as one change set. @throws AppError `owned-elsewhere` for objects that were not made on the platform. */
export async function commitOwn(own: OwnObjects, changes: readonly OwnChange[]): Promise<void> {
  const { work, target } = own;
  const keys = changes.map(({ key }) => key);
  const current = await planWanted(
    work.tx,
    target,
    keys.map((key) => ({ key, object: null, errors: [] })),
  );
  const { generation } = target.cluster;
  const wanted = changes.map(({ key, change }, index) => {
    const object = change(current[index]?.before ?? null);
    const errors = object === null ? [] : validateObject(object as KubernetesObject, { generation }).errors;
    return { key, object, errors };
  });
  const planned = await planWanted(work.tx, target, wanted);
  requireValid(planned);
  requireOwnership(planned);
  if (planned.every(({ change }) => change === 'unchanged')) {
    work.unchanged();
    return;
  }
  await commitChanges(work, target, planned, { action: 'apply' });
}

/** Returns the object to change. @throws AppError `owned-elsewhere` when it was not made on the platform. */
export function requireMade(before: Manifest | null, what: string): KubernetesObject {
  if (before !== null) return before as unknown as KubernetesObject;
  throw new AppError('owned-elsewhere', `${what} is a resource of the cluster.`, {
    fix: 'Ask the administrators of the portal to change it at its source.',
  });
}

export function specOf(object: KubernetesObject): Readonly<Record<string, unknown>> {
  return typeof object.spec === 'object' && object.spec !== null
    ? (object.spec as Record<string, unknown>)
    : {};
}
