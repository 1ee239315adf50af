import * as contract from '@portolan/contract/changes';
import { planGroup } from '@portolan/contract/users';
import { applyResources, deleteResource, type labelSelector } from '@portolan/contract/resources';
import type { LabelSelector } from '@portolan/resources/compile/selections';
import type { z } from 'zod';
import type { Actor } from '../db/audit-chain.ts';
import { resolveCluster } from '../clusters/service.ts';
import type { Transaction } from '../db/database.ts';
import { notFound } from '../app-error.ts';
import { mount } from '../http/mount.ts';
import type { Api, CreateCapability } from '../platform.ts';
import { CompiledClusters } from '../resources/compiled-clusters.ts';
import { previewGroupImpact } from './group-impact.ts';
import { applyObjects, deleteObject } from './apply.ts';
import { findChangeSet, listChangeSetPage } from './store.ts';
import { planObjects } from './plan.ts';
import { viewPlan } from './plan-view.ts';
import { rollBackTo } from './roll-back.ts';
import { readSync } from './sync-state.ts';
import type { ChangeTarget } from './target.ts';

/** Routes that plan, apply, list and roll back changes of the platform's objects. */
export const changes: CreateCapability = () => ({
  routes(api) {
    const { edgeDomain } = api.config;
    const compiled = new CompiledClusters();
    mount(api, planGroup, ({ workspace, params }, { tx }) =>
      previewGroupImpact(tx, compiled, { workspace: workspace.id, group: params.group }),
    );
    mount(api, contract.planChanges, async ({ workspace, body, actor }, { tx, unchanged }) => {
      // A query with a body: sent by POST, but changes nothing.
      unchanged();
      const target = await targetOf(api, tx, { workspace: workspace.id, cluster: body.cluster, actor });
      const planned = await planObjects(tx, target, { objects: body.objects, prune: selectorOf(body.prune) });
      return viewPlan(tx, target, planned, edgeDomain);
    });
    mount(api, applyResources, async ({ workspace, body, actor }, work) => {
      const target = await targetOf(api, work.tx, { workspace: workspace.id, cluster: body.cluster, actor });
      return applyObjects(work, target, { ...body, prune: selectorOf(body.prune) });
    });
    mount(api, deleteResource, async ({ workspace, query, actor }, work) => {
      const target = await targetOf(api, work.tx, { workspace: workspace.id, cluster: query.cluster, actor });
      return { revision: await deleteObject(work, target, query) };
    });
    mount(api, contract.listChangeSets, ({ workspace, query }, { tx }) =>
      listChangeSetPage(tx, workspace.id, query),
    );
    mount(api, contract.getChangeSet, ({ workspace, params }, { tx }) =>
      getChangeSet(tx, workspace.id, params.revision),
    );
    mount(api, contract.getClusterSync, ({ workspace, params }, { tx }) =>
      readSync(tx, workspace.id, params.cluster),
    );
    mount(api, contract.rollBack, async ({ workspace, params, body, actor }, work) => {
      const { cluster } = await getChangeSet(work.tx, workspace.id, params.revision);
      const target = await targetOf(api, work.tx, { workspace: workspace.id, cluster: cluster.id, actor });
      return rollBackTo(work, target, { ...body, revision: params.revision, edgeDomain });
    });
  },
});

async function getChangeSet(tx: Transaction, workspace: string, revision: number) {
  const found = await findChangeSet(tx, workspace, revision);
  if (!found) throw notFound(`change set ${revision}`);
  return found;
}

async function targetOf(
  { sealer }: Api,
  tx: Transaction,
  {
    workspace,
    cluster,
    actor,
  }: { readonly workspace: string; readonly cluster: string | undefined; readonly actor: Actor | null },
): Promise<ChangeTarget> {
  if (actor === null) throw new Error('a change needs an actor');
  return { workspace, sealer, actor, cluster: await resolveCluster(tx, workspace, cluster) };
}

/** Returns the selector in the compiler's type, which has absent instead of `undefined` fields. */
function selectorOf(selector: z.output<typeof labelSelector> | undefined): LabelSelector | undefined {
  return selector as LabelSelector | undefined;
}
