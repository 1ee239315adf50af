import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { userPaths } from '@portolan/contexts/paths';
import { ruleEdit } from '@portolan/console/actions/alerts';
import { isOvertaken } from '@portolan/console/actions/object-sets';
import { accessEdit, apiEdit, resourceEdit, versionEdit } from '@portolan/console/actions/objects';
import { userEdit } from '@portolan/console/actions/users';
import { explain, Failure } from '@portolan/console/failure';
import { editText } from '../../terminal/editor.ts';
import { connect } from '../connect.ts';
import { openEditable, type Editable, type Fields } from '../editable.ts';
import { placeOf } from '../find-rows.ts';
import { clusterFlag, dryRunFlag, namespaceFlag, platformFlags } from '../flags.ts';
import { print, tell, type Io } from '../../terminal/io.ts';
import { diffLines, tellCells } from '../show-diff.ts';
import { readOnly } from '../targets.ts';
import type { Verb } from '../verb.ts';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';

export const editVerb: Verb = {
  usage: 'KIND NAME\nKIND/NAME',
  details:
    'Opens the object as YAML in $VISUAL or $EDITOR, again with the error on top until it is valid, and shows the difference. Changes of\nothers are never overwritten, and text that was not applied is saved.',
  examples: [
    'portolan edit apiaccess/crew-flights',
    'EDITOR="code --wait" portolan edit user ada@example.com',
  ],
  complete: ['kinds', 'objects'],
  actions: [apiEdit, versionEdit, accessEdit, resourceEdit, userEdit, ruleEdit],
  flags: { ...namespaceFlag, ...clusterFlag, ...dryRunFlag, ...platformFlags },
  async run(args, io) {
    const target = readOnly(args.words, 'edit');
    if (!io.stdin.isTTY && !io.env['VISUAL'] && !io.env['EDITOR'])
      throw new Failure(
        'There is no terminal to run an editor on.',
        'Set EDITOR to a program that edits a file, or use portolan patch.',
      );
    const session = await connect(args, io);
    const editable = await openEditable(session, target, placeOf(args));
    const edited = await editUntilValid(editable, io);
    if (edited === null) {
      tell(io, 'Edit cancelled, no changes made.');
      return 0;
    }
    const isDry = args.has('dry-run');
    tell(io, diffLines(io, editable.fields, edited, 'stderr').join('\n'));
    await save(editable, edited, { isDry, io });
    print(io, `${editable.name} edited${isDry ? ' (dry run)' : ''}`);
    return 0;
  },
};

/** What the person made of it; null when nothing was changed. */
async function editUntilValid(editable: Editable, io: Io): Promise<Fields | null> {
  const name = `${editable.name.replaceAll(/[^\w.@-]/g, '-')}.yaml`;
  let text = formatYaml(editable.fields);
  for (;;) {
    const edited = await editText(text, { env: io.env, name });
    if (edited === null) {
      if (!text.startsWith('# error:')) return null;
      throw new Failure(
        'The text is still not valid.',
        `Nothing was changed. Your text is saved in ${await keep(io, text)}`,
      );
    }
    const body = edited.replace(/^# error:.*\n/gm, '');
    try {
      const fields = await editable.check(body);
      await editable.plan(fields);
      return diffLines(io, editable.fields, fields).length === 0 ? null : fields;
    } catch (error) {
      const { message, fix, fields } = explain(error);
      const lines = [message, ...fields.map((one) => `${one.field}: ${one.message}`), fix ?? ''].filter(
        Boolean,
      );
      // Without a terminal the editor is a program, which would be asked for ever.
      if (!io.stdin.isTTY)
        throw new Failure(
          `The text is not valid: ${lines.join(' ')}`,
          `Nothing was changed. Your text is saved in ${await keep(io, body)}`,
        );
      text = `${lines.map((line) => `# error: ${line.replaceAll('\n', ' ')}`).join('\n')}\n${body}`;
    }
  }
}

async function save(
  editable: Editable,
  fields: Fields,
  { isDry, io }: { isDry: boolean; io: Io },
): Promise<void> {
  try {
    const { warnings, steps } = await editable.plan(fields);
    tellCells(io, warnings);
    for (const step of isDry ? [] : steps) await step.run();
  } catch (error) {
    if (isOvertaken(error)) throw await stale(editable, formatYaml(fields), io);
    const file = await keep(io, formatYaml(fields));
    tell(io, `portolan: Your text is saved in ${file}`);
    throw error;
  }
}

async function stale(editable: Editable, text: string, io: Io): Promise<Failure> {
  const theirs = await editable.current();
  tell(io, `Changes of others to ${editable.name} meanwhile:`);
  tell(io, diffLines(io, editable.fields, theirs, 'stderr').join('\n') || '  no visible difference');
  return new Failure(
    `${editable.name} was changed by someone else meanwhile.`,
    `Nothing was changed. Your text is saved in ${await keep(io, text)}; edit again and copy what you need.`,
  );
}

async function keep(io: Io, text: string): Promise<string> {
  const { state } = userPaths(io.env);
  const file = join(state, `unapplied-${new Date().toISOString().replace(/[:.]/g, '-')}.yaml`);
  await mkdir(state, { recursive: true, mode: 0o700 });
  await writeFile(file, text, { mode: 0o600 });
  return file;
}
