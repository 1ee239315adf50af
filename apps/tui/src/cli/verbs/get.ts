import { stringify } from 'yaml';
import { findKindByName, allKinds } from '../../kinds/all-kinds.ts';
import { findRow, type Kind, type Session } from '../../kinds/kind.ts';
import { resources } from '../../kinds/resources.ts';
import { usageFailure, Failure } from '../../failure.ts';
import { watchTopics } from '../../store/events.ts';
import { connect } from '../connect.ts';
import { findKubernetesKind } from '../kubernetes-kind.ts';
import { print, tell, type Io } from '../io.ts';
import { formatTable } from '../table.ts';
import { plainTheme } from '../terminal.ts';
import { OUTPUTS, outputFlag, platformFlags, type Arguments, type Output, type Verb } from '../verb.ts';

export const getVerb: Verb = {
  name: 'get',
  usage: 'KIND [NAME…]',
  summary: 'List things of a kind, or the named ones',
  examples: [
    'portolan get apis',
    'portolan get users --filter "groups=crew state=active"',
    'portolan get AccessControlPolicy -o yaml',
    'portolan get problems --watch',
  ],
  complete: 'kinds',
  flags: {
    ...outputFlag,
    filter: {
      type: 'string',
      short: 'f',
      value: 'FILTER',
      help: 'only what matches, e.g. "state=active age<7d"',
    },
    sort: { type: 'string', value: 'COLUMN', help: 'column to sort by, "-" before it for descending' },
    limit: { type: 'string', value: 'N', help: 'at most so many' },
    cluster: { type: 'string', value: 'NAME', help: 'only what belongs to one cluster' },
    watch: { type: 'boolean', short: 'w', help: 'go on and print again at every change' },
    ...platformFlags,
  },
  async run(args, io) {
    const [word, ...names] = args.words;
    if (word === undefined)
      throw usageFailure(
        'Which kind?',
        `One of: ${allKinds.map((kind) => kind.name).join(', ')}, or a Kubernetes kind.`,
      );
    const session = await connect(args, io);
    const asked = await resolveKind(session, word);
    const { kind } = asked;
    const read = () => readRows(session, asked, names, args);
    const output = outputOf(args);
    show(io, kind, await read(), output);
    if (!args.has('watch')) return 0;
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
    for await (const change of watchTopics(session, kind.topics, stop.signal)) {
      if (change.type === 'lost') tell(io, `portolan: ${change.reason} It is tried again.`);
      if (change.type !== 'change') continue;
      if (output === 'table' || output === 'wide') tell(io, '');
      show(io, kind, await read(), output);
    }
    return 0;
  },
};

interface Asked {
  readonly kind: Kind;
  readonly filter: string | null;
}

/** A kind of ours, or a Kubernetes kind as a filter over resources. */
async function resolveKind(session: Session, word: string): Promise<Asked> {
  const kind = findKindByName(word);
  if (kind) return { kind, filter: null };
  return { kind: resources, filter: `kind=${await findKubernetesKind(session, word)}` };
}

const PAGE = 500;

async function readRows(
  session: Session,
  { kind, filter: extra }: Asked,
  names: readonly string[],
  args: Arguments,
): Promise<readonly unknown[]> {
  if (names.length > 0) return Promise.all(names.map((name) => mustFind(session, kind, name, extra)));
  const limit = limitOf(args);
  const cluster = args.text('cluster');
  const filter = [args.text('filter'), extra, cluster === undefined ? null : `cluster="${cluster}"`]
    .filter(Boolean)
    .join(' ');
  const rows: unknown[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null && rows.length < limit) {
    const page = await kind.fetch(session, {
      limit: Math.min(PAGE, limit - rows.length),
      sort: args.text('sort') ?? kind.sort,
      ...(filter === '' ? {} : { filter }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    rows.push(...page.items);
    cursor = page.next;
  }
  return rows;
}

async function mustFind(session: Session, kind: Kind, name: string, filter: string | null): Promise<unknown> {
  if (filter !== null) {
    const page = await kind.fetch(session, { filter: `${filter} name="${name}"`, limit: 1 });
    if (page.items.length > 0) return page.items[0];
  }
  const row = filter === null ? await findRow(kind, session, name) : null;
  if (row === null)
    throw new Failure(
      `There is no ${kind.singular} "${name}" in workspace ${session.workspace}.`,
      `List them: portolan get ${kind.name}`,
    );
  return row;
}

function limitOf(args: Arguments): number {
  const text = args.text('limit');
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1)
    throw usageFailure(`--limit cannot be "${text}".`, 'Give a whole number from 1.');
  return limit;
}

function outputOf(args: Arguments): Output {
  const wanted = args.text('output');
  return OUTPUTS.find((output) => output === wanted) ?? 'table';
}

function show(io: Io, kind: Kind, rows: readonly unknown[], output: Output): void {
  if (output === 'json') return print(io, JSON.stringify(rows, null, 2));
  if (output === 'yaml') return print(io, stringify(rows));
  if (output === 'name')
    return print(io, rows.map((row) => `${kind.singular}/${kind.label(row)}`).join('\n'));
  if (rows.length === 0) return tell(io, 'Nothing found.');
  print(io, formatTable(kind, rows, { wide: output === 'wide', theme: plainTheme(io), now: Date.now() }));
}
