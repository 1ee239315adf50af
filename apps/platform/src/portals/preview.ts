import { SignJWT } from 'jose';
import { AppError, notFound } from '../app-error.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import type { Platform } from '../platform.ts';
import { getUser } from '../users/service.ts';
import { listPortals } from './list-portals.ts';
import { portalSecret } from './sign-in-settings.ts';

const VALID_MS = 60_000;

interface Preview {
  readonly workspace: string;
  /** Name, or `NAMESPACE/NAME`. */
  readonly portal: string;
  readonly user: string;
  readonly cluster?: string | undefined;
}

/** Returns a link that shows a portal as a user. @throws AppError `not-found`, or `conflict` when several portals have the name. */
export async function previewPortal(
  parts: Pick<Platform, 'db' | 'sealer' | 'compiledClusters'>,
  work: UnitOfWork,
  { workspace, portal: name, user: wanted, cluster }: Preview,
): Promise<{ url: string; expiresAt: string }> {
  const user = await getUser(work, workspace, wanted);
  const all = await listPortals(work.tx, parts.compiledClusters, workspace);
  const named = all.filter(
    ({ view, clusterId }) =>
      (view.name === name || `${view.namespace}/${view.name}` === name) &&
      (cluster === undefined || view.cluster === cluster || clusterId === cluster),
  );
  const [found, other] = named;
  if (found === undefined) throw notFound(`portal ${name}`);
  if (other !== undefined)
    throw new AppError('conflict', `Several clusters have a portal named ${name}.`, {
      fix: 'Specify the cluster.',
    });
  const [address] = found.view.urls;
  if (address === undefined)
    throw new AppError('conflict', `Portal ${name} has no address yet.`, {
      fix: 'Wait until it has a domain.',
    });
  const { key } = found.portal.source;
  const expiresAt = new Date(Date.now() + VALID_MS);
  const ticket = await new SignJWT({
    email: user.email,
    name: `${user.firstName} ${user.lastName}`.trim(),
    groups: user.groups,
  })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user.id)
    .setAudience(`preview ${key}`)
    .setExpirationTime(expiresAt)
    .sign(Buffer.from(await portalSecret(parts, found.clusterId)));
  work.audit({
    action: 'portal.preview',
    target: { kind: 'portal', id: key, name: found.view.name },
    after: { user: user.email },
  });
  return { url: new URL(`/preview?ticket=${ticket}`, address).href, expiresAt: expiresAt.toISOString() };
}
