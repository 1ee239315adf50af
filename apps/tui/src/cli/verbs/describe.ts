import { stringify } from 'yaml';
import { findKindByName, allKinds } from '../../kinds/all-kinds.ts';
import { findRow } from '../../kinds/kind.ts';
import { wholeTabs } from '../../kinds/whole-tabs.ts';
import { Failure, usageFailure } from '../../failure.ts';
import { formatBlocks } from '../../kit/blocks.ts';
import { connect } from '../connect.ts';
import { print } from '../io.ts';
import { plainTheme } from '../terminal.ts';
import { outputFlag, platformFlags, type Verb } from '../verb.ts';

const WIDTH_DEFAULT = 100;

export const describeVerb: Verb = {
  name: 'describe',
  usage: 'KIND NAME',
  summary: 'Show everything about one thing',
  examples: ['portolan describe user ada@example.com', 'portolan describe api flights'],
  complete: 'kinds',
  flags: { ...outputFlag, ...platformFlags },
  async run(args, io) {
    const [word, name] = args.words;
    const kind = word === undefined ? null : findKindByName(word);
    if (kind === null)
      throw usageFailure(
        word === undefined ? 'Which kind?' : `There is no kind "${word}" to describe.`,
        `Kinds: ${allKinds.map((one) => one.singular).join(', ')}.`,
      );
    if (name === undefined)
      throw usageFailure(`Which ${kind.singular}?`, `List them: portolan get ${kind.name}`);
    const session = await connect(args, io);
    const row = await findRow(kind, session, name);
    if (row === null)
      throw new Failure(
        `There is no ${kind.singular} "${name}" in workspace ${session.workspace}.`,
        `List them: portolan get ${kind.name}`,
      );
    const loaded = (await kind.load?.(session, row)) ?? null;
    const output = args.text('output');
    if (output === 'json') print(io, JSON.stringify({ ...(row as object), details: loaded }, null, 2));
    else if (output === 'yaml') print(io, stringify({ ...(row as object), details: loaded }));
    else {
      const theme = plainTheme(io);
      const width = io.stdout.isTTY ? io.stdout.columns : WIDTH_DEFAULT;
      const tabs = await wholeTabs(kind, { row, loaded, now: Date.now() }, session);
      const lines = tabs.flatMap((tab, at) => [
        ...(at === 0 ? [] : ['']),
        theme.paint('title', tab.title),
        ...formatBlocks(tab.blocks, width, theme),
      ]);
      print(io, lines.map((line) => line.trimEnd()).join('\n'));
    }
    return 0;
  },
};
