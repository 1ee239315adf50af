import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyResources, getResource, type ObjectOwner } from '@portolan/contract/resources';
import { loadManifests } from '@portolan/resources/manifests/load';
import { validateObject } from '@portolan/resources/validate/validate';
import { stringify } from 'yaml';
import type { Plan } from '../../commands/command.ts';
import { explain } from '../../failure.ts';
import { toned } from '../../kinds/block.ts';
import { formatOwner } from '../../kinds/format.ts';
import { diffObjects } from '../../kinds/manifest-diff.ts';
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
      return await planChange(app, ref, { before: object, text: body });
    } catch (error) {
      const { message, fix, fields } = explain(error);
      const lines = [message, ...fields.map((one) => `${one.field}: ${one.message}`), fix].filter(
        (line) => line !== undefined,
      );
      text = `${lines.map((line) => `# error: ${line.replaceAll('\n', ' ')}`).join('\n')}\n${body}`;
    }
  }
}

async function planChange(
  app: App,
  ref: ObjectRef,
  change: { before: unknown; text: string },
): Promise<Plan> {
  const { client, workspace } = app.session;
  const { objects, problems } = loadManifests(change.text, 'edited');
  const [problem] = problems;
  if (problem) throw new Error(`line ${problem.line ?? 1}: ${problem.message}`);
  const [first] = objects;
  if (first === undefined || objects.length !== 1)
    throw new Error(`the text must hold one object and holds ${objects.length}`);
  const { valid, errors } = validateObject(first.object);
  if (!valid) throw new Error(errors.map(({ field, message }) => `${field}: ${message}`).join('; '));
  const body = { cluster: ref.clusterId, objects: [first.object] };
  await client.call(applyResources, { params: { workspace }, body: { ...body, dryRun: true } });
  const name = `${first.object.kind} ${first.object.metadata.name}`;
  const lines = diffObjects(change.before, first.object);
  return {
    title: `Apply ${name} to ${ref.cluster}`,
    action: 'Apply',
    object: name,
    lines: lines.length === 0 ? [toned('dim', 'Nothing that matters changes.')] : lines,
    async run() {
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
