import { getResource, type ObjectOwner } from '@portolan/contract/resources';
import type { RouteOutput } from '@portolan/contract/route';
import { parse, stringify } from 'yaml';
import type { Plan } from '../../commands/command.ts';
import { formatOwner } from '@portolan/console/kinds/format';
import { diffObjects, withoutNoise } from '@portolan/console/kinds/manifest-diff';
import { Confirm } from '../../overlays/confirm.ts';
import { Merge } from '../../overlays/merge.ts';
import type { App } from '../../store/app.ts';
import { compare } from '@portolan/console/actions/merge';
import { editUntilTaken, readObject, type KubernetesObject } from './edit-loop.ts';
import { planSet } from './plan-set.ts';

/** What is needed to find an object on the platform and to know who may change it. */
export interface ObjectRef {
  readonly key: string;
  readonly clusterId: string;
  readonly cluster: string;
  readonly owner: ObjectOwner;
}

/** Why an object cannot be changed here; objects of files and GitOps are changed where they come from. */
export function whyOwned({ owner }: Pick<ObjectRef, 'owner'>): string | null {
  return owner.kind === 'platform' ? null : `it belongs to ${formatOwner(owner)}; change it there`;
}

/** Edits an object in the user's editor until it is valid, then plans the change. */
export async function editObject(app: App, ref: ObjectRef): Promise<Plan | null> {
  const base = await seeObject(app, ref);
  const name = `${base.object.metadata.name}.yaml`;
  return editUntilTaken(app, { text: stringify(base.object), name }, async (text) => {
    const mine = await readObject(text);
    const theirs = await seeObject(app, ref);
    if (diffObjects(base.object, theirs.object).length === 0)
      return planEdit(app, ref, { base: theirs, mine });
    app.openOverlay(mergeOf(app, ref, { base, mine, theirs }));
    return null;
  });
}

/** An object as it is now, and the revision at which it was. */
export interface SeenObject {
  readonly object: RouteOutput<typeof getResource>['object'];
  readonly revision: number;
}

export async function seeObject(
  { session: { client, workspace } }: App,
  ref: Pick<ObjectRef, 'clusterId' | 'key'>,
): Promise<SeenObject> {
  const query = { cluster: ref.clusterId, key: ref.key };
  const { object, seenRevision } = await client.call(getResource, { params: { workspace }, query });
  return { object, revision: seenRevision };
}

/** Plans one changed object; who is overtaken by someone else decides field by field. */
export function planEdit(
  app: App,
  ref: ObjectRef,
  { base, mine }: { base: SeenObject; mine: KubernetesObject },
): Promise<Plan> {
  return planSet(app, {
    cluster: { id: ref.clusterId, name: ref.cluster },
    objects: [mine],
    seenRevision: base.revision,
    async overtaken() {
      const theirs = await seeObject(app, ref);
      app.openOverlay(mergeOf(app, ref, { base, mine, theirs }));
    },
  });
}

/** Someone else changed the object meanwhile: what is decided is planned like any other change. */
function mergeOf(
  app: App,
  ref: ObjectRef,
  { base, mine, theirs }: { base: SeenObject; mine: KubernetesObject; theirs: SeenObject },
): Merge {
  const planned = async (merged: unknown) => {
    const plan = await planEdit(app, ref, { base: theirs, mine: await readObject(stringify(merged)) });
    app.openOverlay(new Confirm(plan, { danger: 1, title: 'Edit the YAML in $EDITOR' }, app.now()));
  };
  return new Merge({
    title: `${mine.metadata.name} was changed by someone else meanwhile`,
    theirs: theirs.object,
    differences: compare(withoutNoise(base.object), withoutNoise(mine), withoutNoise(theirs.object)),
    apply: planned,
    async edit(merged) {
      const text = stringify(merged);
      await planned(parse((await app.edit(text, `${mine.metadata.name}.yaml`)) ?? text));
    },
  });
}
