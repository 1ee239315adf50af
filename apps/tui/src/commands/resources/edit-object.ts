import { formatYaml } from '@portolan/resources/manifests/format-yaml';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { parse } from 'yaml';
import type { Plan } from '../../state/command.ts';
import { parseManifest } from '@portolan/console/actions/manifests';
import { planEdit, seeObject, type ObjectRow, type SeenObject } from '@portolan/console/actions/objects';
import { diffObjects } from '@portolan/console/kinds/manifest-diff';
import { withoutNoise } from '@portolan/console/kinds/manifest-noise';
import { Confirm } from '../../overlays/confirm.ts';
import { Merge } from '../../overlays/merge.ts';
import type { App } from '../../state/app.ts';
import { compare } from '@portolan/console/actions/merge';
import { editUntilTaken } from './edit-loop.ts';
import { screenPlanOf } from './screen-plan.ts';

/** Edits an object in the user's editor until it is valid, then plans the change. */
export async function editObject(app: App, ref: ObjectRow): Promise<Plan | null> {
  const base = await seeObject(app.session, ref);
  const name = `${base.object.metadata.name}.yaml`;
  return editUntilTaken(app, { text: formatYaml(base.object), name }, async (text) => {
    const mine = await parseManifest(text);
    const theirs = await seeObject(app.session, ref);
    if (diffObjects(base.object, theirs.object).length === 0)
      return planMine(app, ref, { base: theirs, mine });
    app.openOverlay(mergeOf(app, ref, { base, mine, theirs }));
    return null;
  });
}

/** Plans one changed object; when someone else was faster, each field is decided separately. */
export async function planMine(
  app: App,
  ref: ObjectRow,
  { base, mine }: { base: SeenObject; mine: KubernetesObject },
): Promise<Plan> {
  const draft = await planEdit(app.session, ref, { object: mine, seenRevision: base.revision });
  return screenPlanOf(app, draft, 'Apply', async () => {
    const theirs = await seeObject(app.session, ref);
    app.openOverlay(mergeOf(app, ref, { base, mine, theirs }));
  });
}

/** Someone else changed the object meanwhile: what is decided is planned like any other change. */
function mergeOf(
  app: App,
  ref: ObjectRow,
  { base, mine, theirs }: { base: SeenObject; mine: KubernetesObject; theirs: SeenObject },
): Merge {
  const planned = async (merged: unknown) => {
    const plan = await planMine(app, ref, { base: theirs, mine: await parseManifest(formatYaml(merged)) });
    app.openOverlay(new Confirm(plan, { danger: 1, title: 'Edit the YAML in $EDITOR' }, app.now()));
  };
  return new Merge({
    title: `${mine.metadata.name} was changed by someone else meanwhile`,
    theirs: theirs.object,
    differences: compare(withoutNoise(base.object), withoutNoise(mine), withoutNoise(theirs.object)),
    apply: planned,
    async edit(merged) {
      const text = formatYaml(merged);
      await planned(parse((await app.edit(text, `${mine.metadata.name}.yaml`)) ?? text));
    },
  });
}
