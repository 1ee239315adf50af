import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyResources, getResource, type ObjectOwner } from '@portolan/contract/resources';
import { loadManifests } from '@portolan/resources/manifests/load';
import { validateObject } from '@portolan/resources/validate/validate';
import { parse, stringify } from 'yaml';
import type { Plan } from '../../commands/command.ts';
import { explain, Failure } from '../../failure.ts';
import { Confirm } from '../../overlays/confirm.ts';
import { Merge } from '../../overlays/merge.ts';
import { compare } from '../../store/merge.ts';
import { toned } from '../../kinds/block.ts';
import { formatOwner } from '../../kinds/format.ts';
import { diffObjects, withoutNoise } from '../../kinds/manifest-diff.ts';
import type { App } from '../../store/app.ts';

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

/**
 * Edits an object in the user's editor, again and again until it is valid, then plans the change. A second save without
 * a change gives up and says where the text is; nothing typed is ever lost.
 */
export async function editObject(app: App, ref: ObjectRef): Promise<Plan | null> {
  const { client, workspace } = app.session;
  const { object } = await client.call(getResource, {
    params: { workspace },
    query: { cluster: ref.clusterId, key: ref.key },
  });
  let text = stringify(object);
  for (;;) {
    const edited = await app.edit(text, `${object.metadata.name}.yaml`);
    if (edited === null) {
      app.say(
        text.startsWith('# error:')
          ? `Not applied. The text is kept in ${await keep(app, text)}`
          : 'No change.',
      );
      return null;
    }
    const body = edited.replace(/^# error:.*\n/gm, '');
    try {
      const mine = readObject(body);
      const theirs = await currentObject(app, ref);
      if (diffObjects(object, theirs).length === 0)
        return await planChange(app, ref, { before: object, mine });
      app.openOverlay(mergeOf(app, ref, { base: object, mine, theirs }));
      return null;
    } catch (error) {
      const { message, fix, fields } = explain(error);
      const lines = [message, ...fields.map((one) => `${one.field}: ${one.message}`), fix].filter(
        (line) => line !== undefined,
      );
      text = `${lines.map((line) => `# error: ${line.replaceAll('\n', ' ')}`).join('\n')}\n${body}`;
    }
  }
}

type KubernetesObject = ReturnType<typeof loadManifests>['objects'][number]['object'];

/** The one object of an edited text, valid by the rules of its kind. */
function readObject(text: string): KubernetesObject {
  const { objects, problems } = loadManifests(text, 'edited');
  const [problem] = problems;
  if (problem) throw new Error(`line ${problem.line ?? 1}: ${problem.message}`);
  const [first] = objects;
  if (first === undefined || objects.length !== 1)
    throw new Error(`the text must hold one object and holds ${objects.length}`);
  const { valid, errors } = validateObject(first.object);
  if (!valid) throw new Error(errors.map(({ field, message }) => `${field}: ${message}`).join('; '));
  return first.object;
}

async function currentObject(app: App, ref: ObjectRef): Promise<unknown> {
  const { client, workspace } = app.session;
  const query = { cluster: ref.clusterId, key: ref.key };
  const { object } = await client.call(getResource, { params: { workspace }, query });
  return object;
}

/** Someone else changed the object while it was in the editor: what is decided is planned like any other change. */
function mergeOf(
  app: App,
  ref: ObjectRef,
  { base, mine, theirs }: { base: unknown; mine: KubernetesObject; theirs: unknown },
): Merge {
  const planned = async (merged: unknown) => {
    const plan = await planChange(app, ref, { before: theirs, mine: readObject(stringify(merged)) });
    app.openOverlay(new Confirm(plan, { danger: 1, title: 'Edit the YAML in $EDITOR' }, app.now()));
  };
  return new Merge({
    title: `${mine.metadata.name} was changed by someone else meanwhile`,
    theirs,
    differences: compare(withoutNoise(base), withoutNoise(mine), withoutNoise(theirs)),
    apply: planned,
    async edit(merged) {
      const text = stringify(merged);
      await planned(parse((await app.edit(text, `${mine.metadata.name}.yaml`)) ?? text));
    },
  });
}

async function planChange(
  app: App,
  ref: ObjectRef,
  change: { before: unknown; mine: KubernetesObject },
): Promise<Plan> {
  const { client, workspace } = app.session;
  const { mine } = change;
  const body = { cluster: ref.clusterId, objects: [mine] };
  await client.call(applyResources, { params: { workspace }, body: { ...body, dryRun: true } });
  const name = `${mine.kind} ${mine.metadata.name}`;
  const lines = diffObjects(change.before, mine);
  return {
    title: `Apply ${name} to ${ref.cluster}`,
    action: 'Apply',
    object: name,
    lines: lines.length === 0 ? [toned('dim', 'Nothing that matters changes.')] : lines,
    async run() {
      if (diffObjects(change.before, await currentObject(app, ref)).length > 0)
        throw new Failure(`${name} was changed by someone else meanwhile.`, 'e edits what is there now.');
      const { revision } = await client.call(applyResources, { params: { workspace }, body });
      return `${name} is saved as revision ${revision}; the cluster applies it now.`;
    },
  };
}

async function keep(app: App, text: string): Promise<string> {
  const folder = app.options.stateDir;
  const file = join(folder, `unapplied-${new Date(app.now()).toISOString().replace(/[:.]/g, '-')}.yaml`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(file, text, { mode: 0o600 });
  return file;
}
