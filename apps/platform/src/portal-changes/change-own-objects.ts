import type { AgentIdentity } from '@portolan/contract/agent';
import type { changePortalObjects, PortalChanged } from '@portolan/contract/portal-changes';
import type { z } from 'zod';
import { AppError, notFound } from '../app-error.ts';
import { getCluster } from '../clusters/service.ts';
import { runUnitOfWork } from '../db/unit-of-work.ts';
import type { Platform } from '../platform.ts';
import { lockWorkspace } from '../workspaces/store.ts';
import { createApplication, createKey, deleteApplication, deleteKey, setKeyState } from './applications.ts';
import type { OwnObjects } from './own-objects.ts';
import { subscribe, unsubscribe } from './subscriptions.ts';

type Request = z.output<(typeof changePortalObjects)['body']>;

/**
 * Changes what belongs to a user who is signed in to a portal of the agent's cluster. The agent vouches for the user; it serves the
 * portal, and may already decide everything for its own cluster. In the audit log the user is the actor.
 */
export function changeOwnObjects(
  parts: Pick<Platform, 'db' | 'sealer' | 'compiledClusters'>,
  { workspace, clusterId }: AgentIdentity,
  { namespace, user, change }: Request,
): Promise<PortalChanged> {
  const actor = {
    kind: 'user',
    id: user.id,
    name: user.email === '' ? user.id : user.email,
    origin: 'agent',
    remoteAddress: null,
  } as const;
  return runUnitOfWork(parts.db, { workspace, actor, mutates: true }, async (work) => {
    await lockWorkspace(work.tx, workspace);
    const cluster = await getCluster(work.tx, workspace, clusterId);
    if (cluster.generation !== 'v3')
      throw new AppError(
        'not-allowed',
        'Applications and subscriptions exist in clusters of generation v3 alone.',
        {
          fix: 'Create a key of your own instead.',
        },
      );
    const { model } = await parts.compiledClusters.of(work.tx, clusterId);
    requirePortal(model, namespace);
    const target = { workspace, cluster, sealer: parts.sealer, actor };
    return run({ work, target, model, namespace, user }, change);
  });
}

function requirePortal({ routes }: OwnObjects['model'], namespace: string): void {
  const isServed = routes.some(
    ({ target }) => target.kind === 'portal' && target.portal.source.namespace === namespace,
  );
  if (!isServed) throw notFound(`portal in namespace ${namespace}`);
}

async function run(own: OwnObjects, change: Request['change']): Promise<PortalChanged> {
  const changed = (key: string): PortalChanged => ({ key, secret: null, approval: null });
  switch (change.change) {
    case 'create-application':
      return changed(await createApplication(own, change));
    case 'delete-application':
      return changed(await deleteApplication(own, change.application));
    case 'create-key': {
      const { key, secret } = await createKey(own, change);
      return { key, secret, approval: null };
    }
    case 'set-key-state':
      return changed(await setKeyState(own, change));
    case 'delete-key':
      return changed(await deleteKey(own, change));
    case 'subscribe': {
      const { key, approval } = await subscribe(own, change);
      return { key, secret: null, approval };
    }
    case 'unsubscribe':
      return changed(await unsubscribe(own, change.subscription));
  }
}
