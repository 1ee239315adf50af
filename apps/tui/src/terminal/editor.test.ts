import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { editText, splitCommand } from './editor.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-editor-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['vim', ['vim']],
  ['code --wait', ['code', '--wait']],
  ['"/opt/my editor/bin" -n \'a b\'', ['/opt/my editor/bin', '-n', 'a b']],
])('%s splits as in a shell', (text, parts) => expect(splitCommand(text)).toEqual(parts));

test('answers what was saved, and null for no change', async () => {
  const editor = join(folder, 'my editor');
  await writeFile(editor, '#!/bin/sh\nsed -i s/one/two/ "$1"\n');
  await chmod(editor, 0o755);
  const env = { EDITOR: `"${editor}"` };
  expect(await editText('one\n', { env, name: 'x.yaml' })).toBe('two\n');
  expect(await editText('same\n', { env, name: 'x.yaml' })).toBeNull();
});

test('an editor that cannot be started is said in one line', async () => {
  const edit = editText('one', { env: { EDITOR: '/nonexistent/editor' }, name: 'x.yaml' });
  await expect(edit).rejects.toThrow('could not be started');
});

test('the file stays in its folder whatever the object is called', async () => {
  const editor = join(folder, 'list');
  const seen = join(folder, 'seen');
  await writeFile(editor, `#!/bin/sh\necho "$1" > '${seen}'\n`);
  await chmod(editor, 0o755);
  await editText('one\n', { env: { EDITOR: editor }, name: '../../../etc/cron.d/evil\u001b[2J.yaml' });
  expect(await readFile(seen, 'utf8')).toMatch(/portolan-\w+\/_[\w.-]*evil[\w.-]*\.yaml\n$/);
});
