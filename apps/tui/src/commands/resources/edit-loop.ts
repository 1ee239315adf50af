import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explain } from '@portolan/console/failure';
import type { App } from '../../state/app.ts';

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

async function keep(app: App, text: string): Promise<string> {
  const folder = app.options.stateDir;
  const file = join(folder, `unapplied-${new Date(app.now()).toISOString().replace(/[:.]/g, '-')}.yaml`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(file, text, { mode: 0o600 });
  return file;
}
