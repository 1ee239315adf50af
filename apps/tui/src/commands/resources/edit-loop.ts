import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { explain } from '@portolan/console/failure';
import type { App } from '../../state/app.ts';

export type { KubernetesObject };

/**
 * Lets the person edit a text until it is taken; what is wrong stands above it the next time. A save without a change gives
 * up and says where the text is; nothing typed is ever lost.
 */
export async function editUntilTaken<T>(
  app: App,
  from: { readonly text: string; readonly name: string },
  take: (text: string) => Promise<T>,
): Promise<T | null> {
  let { text } = from;
  for (;;) {
    const edited = await app.edit(text, from.name);
    if (edited === null) {
      const isKept = text.startsWith('# error:');
      app.say(isKept ? `Not applied. The text is kept in ${await keep(app, text)}` : 'Nothing was changed.');
      return null;
    }
    const body = edited.replace(/^# error:.*\n/gm, '');
    try {
      return await take(body);
    } catch (error) {
      const { message, fix, fields } = explain(error);
      const lines = [message, ...fields.map((one) => `${one.field}: ${one.message}`), fix].filter(
        (line) => line !== undefined,
      );
      text = `${lines.map((line) => `# error: ${line.replaceAll('\n', ' ')}`).join('\n')}\n${body}`;
    }
  }
}

/** The objects of an edited text, each valid by the rules of its kind. */
export async function readObjects(text: string): Promise<readonly KubernetesObject[]> {
  // The rules of every kind are a third of the program: loaded when the first object is edited.
  const [{ loadManifests }, { GENERATIONS }, { validateObject }] = await Promise.all([
    import('@portolan/resources/manifests/load'),
    import('@portolan/resources/kinds/registry'),
    import('@portolan/resources/validate/validate'),
  ]);
  const { objects, problems } = loadManifests(text, 'edited');
  const [problem] = problems;
  if (problem) throw new Error(`line ${problem.line ?? 1}: ${problem.message}`);
  for (const { object } of objects) {
    // The platform validates it by the generation of its cluster.
    const [first, ...others] = GENERATIONS.map((generation) => validateObject(object, { generation }));
    const name = `${object.kind} ${object.metadata.name}`;
    if (first?.valid === false && !others.some(({ valid }) => valid))
      throw new Error(first.errors.map(({ field, message }) => `${name}: ${field}: ${message}`).join('; '));
  }
  if (objects.length === 0) throw new Error('the text holds no object');
  return objects.map(({ object }) => object);
}

/** The one object of an edited text. */
export async function readObject(text: string): Promise<KubernetesObject> {
  const [first, ...more] = await readObjects(text);
  if (first === undefined || more.length > 0)
    throw new Error(`the text must hold one object and holds ${more.length + 1}`);
  return first;
}

async function keep(app: App, text: string): Promise<string> {
  const folder = app.options.stateDir;
  const file = join(folder, `unapplied-${new Date(app.now()).toISOString().replace(/[:.]/g, '-')}.yaml`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(file, text, { mode: 0o600 });
  return file;
}
