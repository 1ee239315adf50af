import { usageFailure } from '@portolan/console/failure';
import { formatBlocks } from '../../terminal/blocks.ts';
import type { Session } from '@portolan/console/kinds/kind';
import { wholeTabs } from '@portolan/console/kinds/whole-tabs';
import { connect } from '../connect.ts';
import { filterOf, findOnly, placeOf } from '../find-rows.ts';
import { clusterFlag, namespaceFlag, platformFlags, textOutputFlag } from '../flags.ts';
import { print, tell, type Io } from '../../terminal/io.ts';
import { outputWidth, plainTheme } from '../plain-theme.ts';
import { readTargets, type Target } from '../targets.ts';
import type { Arguments, Verb } from '../verb.ts';
import { printDocument } from '../result.ts';

const MANY_MAX = 50;

export const describeVerb: Verb = {
  usage: 'KIND [NAME…]\nKIND/NAME…',
  details: 'Without a name it describes all objects of the kind, at most 50.',
  examples: [
    'portolan describe user ada@example.com',
    'portolan describe api/flights',
    'portolan describe ingress -n airline',
  ],
  complete: ['kinds', 'objects'],
  flags: { ...textOutputFlag, ...namespaceFlag, ...clusterFlag, ...platformFlags },
  async run(args, io) {
    if (args.words.length === 0) throw usageFailure('The kind is missing.', 'portolan describe KIND NAME');
    const targets = readTargets(args.words);
    const session = await connect(args, io);
    let isFirst = true;
    for (const target of targets) {
      const rows = await rowsOf(session, target, args);
      if (rows.length === 0) tell(io, `No ${target.kind.name} found.`);
      for (const row of rows) {
        if (!isFirst) print(io, '\n');
        isFirst = false;
        await describeRow(io, args, session, { target, row });
      }
    }
    return 0;
  },
};

async function rowsOf(session: Session, target: Target, args: Arguments): Promise<readonly unknown[]> {
  const place = placeOf(args);
  if (target.names.length > 0)
    return Promise.all(target.names.map((name) => findOnly(session, target, { name, place })));
  const filter = filterOf(target, place);
  const page = await target.kind.fetch(session, {
    limit: MANY_MAX,
    sort: target.kind.sort,
    ...(filter === '' ? {} : { filter }),
  });
  return page.items;
}

async function describeRow(
  io: Io,
  args: Arguments,
  session: Session,
  { target: { kind }, row }: { target: Target; row: unknown },
): Promise<void> {
  const loaded = (await kind.load?.(session, row)) ?? null;
  if (printDocument(io, args, { ...(row as object), details: loaded })) return;
  const theme = plainTheme(io);
  const tabs = await wholeTabs(kind, { row, loaded, now: Date.now() }, session);
  const lines = tabs.flatMap((tab, at) => [
    ...(at === 0 ? [] : ['']),
    theme.paint('title', tab.title),
    ...formatBlocks(tab.blocks, outputWidth(io), theme),
  ]);
  print(io, lines.map((line) => line.trimEnd()).join('\n'));
}
