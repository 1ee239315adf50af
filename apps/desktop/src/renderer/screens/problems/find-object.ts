import { resources } from '@portolan/console/kinds/resources';
import type { Session } from '@portolan/console/kinds/kind';
import { quoted } from '@portolan/console/kinds/traces';
import type { ProblemView, Resource } from '@portolan/contract/resources';

/** Returns the object that a problem is about; null for problems of files and for objects that no agent serves or reports. */
export async function findObject(
  session: Session,
  { clusterId, kind, namespace, name }: ProblemView,
): Promise<Resource | null> {
  if (kind === null || name === null) return null;
  const filter = [
    `kind=${quoted(kind)}`,
    `name=${quoted(name)}`,
    ...(namespace === null ? [] : [`namespace=${quoted(namespace)}`]),
  ].join(' ');
  const { items } = await resources.fetch(session, { filter, limit: 50 });
  return items.find((row) => row.clusterId === clusterId) ?? null;
}
