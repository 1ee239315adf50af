import { createHmac, randomBytes } from 'node:crypto';
import type { PortalSignIn } from '@portolan/contract/desired-state';
import type { Platform } from '../platform.ts';
import { sharedSecret } from '../secrets/shared-secret.ts';
import { clientIdOf } from './portal-client.ts';

interface ClusterPlace {
  readonly workspace: string;
  readonly clusterId: string;
}

/** Returns how users sign in to the portals of a cluster. */
export async function portalSignInOf(
  platform: Pick<Platform, 'config' | 'db' | 'sealer'>,
  { workspace, clusterId }: ClusterPlace,
): Promise<PortalSignIn> {
  return {
    publicUrl: platform.config.publicUrl ?? null,
    clientId: clientIdOf(clusterId),
    secret: await portalSecret(platform, clusterId),
    workspace,
  };
}

/** Returns the secret of a cluster's portals. An agent that leaks its own reveals none of another cluster. */
export async function portalSecret(
  parts: Pick<Platform, 'db' | 'sealer'>,
  clusterId: string,
): Promise<string> {
  const root = await sharedSecret(parts, 'portals.secret', async () => randomBytes(32).toString('base64url'));
  return createHmac('sha256', root).update(clusterId).digest('base64url');
}
