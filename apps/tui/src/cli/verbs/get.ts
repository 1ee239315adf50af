import { usageFailure } from '@portolan/console/failure';
import { allKinds } from '@portolan/console/kinds/all-kinds';
import type { Kind, Session } from '@portolan/console/kinds/kind';
import { apis } from '@portolan/console/kinds/apis';
import { resources } from '@portolan/console/kinds/resources';
import { parseSort, sortRows } from '@portolan/console/lists/sort-rows';
import { PlatformError } from '@portolan/contract/client';
import { watchTopics } from '@portolan/console/live/watch-topics';
import { connect } from '../connect.ts';
import { filterOf, findOnly, placeOf } from '../find-rows.ts';
import { listOutputFlag, namespaceFlag, platformFlags } from '../flags.ts';
import { tell, type Io } from '../../terminal/io.ts';
import { selectorFilter } from '../selector-filter.ts';
import { createPrinter } from '../printer.ts';
import { endOfCommand } from '../end-of-command.ts';
import { readTargets, type Target } from '../targets.ts';
import type { Arguments, Verb } from '../verb.ts';

export const getVerb: Verb = {
  usage: 'KIND[,KIND…] [NAME…]\nKIND/NAME…',
  details:
    'Kinds are Portolan’s own and those of Kubernetes (portolan api-resources). -o json and -o yaml of Kubernetes objects are\nmanifests for `portolan apply -f -`.',
  examples: [
    'portolan get apis',
    'portolan get users --filter "groups=crew state=active"',
    'portolan get users,groups -o wide',
    'portolan get api/flights -o yaml > flights.yaml',
    'portolan get apiaccess -n airline -l team=pay --show-labels',
    'portolan get apis -o jsonpath=\'{range .items[*]}{.metadata.name}{"\\t"}{.status.urls[0]}{"\\n"}{end}\'',
    'portolan get problems --watch',
  ],
  complete: ['kinds', 'objects'],
  flags: {
    ...listOutputFlag,
    ...namespaceFlag,
    'all-namespaces': { type: 'boolean', short: 'A', help: 'all namespaces (default)' },
    selector: { type: 'string', short: 'l', value: 'SELECTOR', help: 'only objects with these labels' },
    filter: { type: 'string', value: 'FILTER', help: 'only matching objects, such as "state=active age<7d"' },
    sort: {
      type: 'string',
      aliases: ['sort-by'],
      value: 'COLUMN',
      help: 'column (its name or title), descending with "-" before it',
    },
    limit: { type: 'string', value: 'N', help: 'maximum number of objects' },
    cluster: {
      type: 'string',
      value: 'NAME',
      complete: { of: 'clusters' },
      help: 'only objects of this cluster',
    },
    watch: { type: 'boolean', short: 'w', help: 'keep printing rows as they change' },
    'no-headers': { type: 'boolean', help: 'omit the header line' },
    'show-labels': { type: 'boolean', help: 'show labels as the last column' },
    'ignore-not-found': { type: 'boolean', help: 'succeed if a name does not exist' },
    ...platformFlags,
  },
  async run(args, io) {
    if (args.words.length === 0)
      throw usageFailure(
        'The kind is missing.',
        `Kinds: ${allKinds.map((kind) => kind.name).join(', ')}, or a Kubernetes kind (portolan api-resources).`,
      );
    const targets = readTargets(args.words).map((target) => withLabels(target, args));
    limitOf(args);
    const session = await connect(args, io);
    const isData = /^(json|yaml)/.test(args.text('output') ?? '');
    if (targets.length > 1 && isData) {
      await showAll(io, args, session, targets);
      return 0;
    }
    if (args.has('watch') && targets.length > 1)
      throw usageFailure('Only one kind can be watched at a time.', 'Remove the others.');
    const [only] = targets;
    if (args.has('watch') && only !== undefined) {
      await watch(io, args, session, only);
      return 0;
    }
    for (const [at, target] of targets.entries()) {
      if (at > 0 && !(args.text('output') ?? '').startsWith('name')) tell(io, '');
      await show(io, args, session, target);
    }
    return 0;
  },
};

/** Prints all rows, then each row again when what is printed of it changes, as `kubectl get --watch` does. */
async function watch(io: Io, args: Arguments, session: Session, target: Target): Promise<void> {
  const create = () => createPrinter(io, args, session, { asked: target, isOne: true });
  // Rows of a table share its columns; documents are one for each row.
  const table = isTable(args) ? create() : null;
  const print = async (row: unknown) => {
    const printer = table ?? create();
    await printer.add([row]);
    if (table === null) await printer.end();
  };
  const shown = new Map<string, string>();
  const printChanged = async () => {
    const now = new Map<string, string>();
    for await (const rows of readPages(session, target, args))
      for (const row of rows) {
        const id = target.kind.id(row);
        now.set(id, fingerprint(target.kind, row));
        if (shown.get(id) !== now.get(id)) await print(row);
      }
    shown.clear();
    for (const [id, cells] of now) shown.set(id, cells);
  };
  await printChanged();
  for await (const change of watchTopics(session, target.kind.topics, { signal: endOfCommand() })) {
    if (change.type === 'lost') tell(io, `portolan: ${change.reason} Retrying.`);
    if (change.type === 'change') await printChanged();
  }
}

/** Returns the cells of a row that do not change with time alone. */
function fingerprint(kind: Kind, row: unknown): string {
  return JSON.stringify(
    kind.columns.filter(({ type }) => type !== 'time').map((column) => column.value(row)),
  );
}

/** Labels are of objects; the list of APIs has live figures instead. */
function withLabels(target: Target, args: Arguments): Target {
  if (!args.has('show-labels') && args.text('selector') === undefined) return target;
  if (target.info === null)
    throw usageFailure(
      `Only Kubernetes objects have labels, ${target.kind.name} do not.`,
      'Use --filter instead.',
    );
  return target.kind.name === apis.name && args.has('show-labels')
    ? { ...target, kind: resources, what: target.info.kind }
    : target;
}

async function show(io: Io, args: Arguments, session: Session, target: Target): Promise<void> {
  const printer = createPrinter(io, args, session, { asked: target, isOne: target.names.length === 1 });
  let count = 0;
  for await (const rows of readPages(session, target, args)) {
    count += rows.length;
    await printer.add(rows);
  }
  if (count > 0 || target.names.length === 0) await printer.end();
  if (count === 0 && isTable(args) && !args.has('ignore-not-found'))
    tell(
      io,
      `No ${target.kind.name === resources.name ? target.what : target.kind.name} ${isNarrowed(args) ? 'match' : 'found'}.`,
    );
}

function isTable(args: Arguments): boolean {
  return /^(table|wide|custom-columns.*)$/.test(args.text('output') ?? 'table');
}

/** Several kinds as one list, as `kubectl get a,b -o json` has it. */
async function showAll(io: Io, args: Arguments, session: Session, targets: readonly Target[]): Promise<void> {
  const [first] = targets;
  if (first === undefined) return;
  const printer = createPrinter(io, args, session, {
    asked: { ...first, info: targets.find(({ info }) => info !== null)?.info ?? null },
    isOne: false,
  });
  for (const target of targets)
    for await (const rows of readPages(session, target, args)) await printer.add(rows);
  await printer.end();
}

function isNarrowed(args: Arguments): boolean {
  return ['filter', 'selector', 'namespace', 'cluster'].some((flag) => args.text(flag) !== undefined);
}

const PAGE = 500;

async function* readPages(
  session: Session,
  target: Target,
  args: Arguments,
): AsyncGenerator<readonly unknown[]> {
  const place = placeOf(args);
  if (target.names.length > 0) {
    const isMissingFine = args.has('ignore-not-found');
    for (const name of target.names) {
      const row = await findOnly(session, target, { name, place, isMissingFine });
      if (row !== null) yield [row];
    }
    return;
  }
  const selector = args.text('selector');
  const own = [args.text('filter'), selector === undefined ? undefined : selectorFilter(selector)];
  const filter = filterOf(target, place, own.filter((one) => one !== undefined).join(' '));
  const limit = limitOf(args);
  const sort = sortOf(target.kind, args.text('sort'));
  try {
    yield* pagesOf(session, target.kind, { filter, sort }, limit);
  } catch (error) {
    const isShown = target.kind.columns.some(({ id }) => id === sort.replace(/^-/, ''));
    if (!isShown || !(error instanceof PlatformError) || error.fields[0]?.field !== 'sort') throw error;
    // The platform cannot sort by every column that is shown: those are sorted here.
    const rows: unknown[] = [];
    for await (const page of pagesOf(session, target.kind, { filter }, Number.POSITIVE_INFINITY))
      rows.push(...page);
    yield sortRows(target.kind, rows, parseSort(sort)).slice(0, limit);
  }
}

async function* pagesOf(
  session: Session,
  kind: Kind,
  { filter, ...query }: { readonly filter: string; readonly sort?: string },
  limit: number,
): AsyncGenerator<readonly unknown[]> {
  let left = limit;
  let cursor: string | null | undefined;
  while (cursor !== null && left > 0) {
    const page = await kind.fetch(session, {
      ...query,
      limit: Math.min(PAGE, left),
      ...(filter === '' ? {} : { filter }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield page.items;
    left -= page.items.length;
    cursor = page.next;
  }
}

/** Returns a column by its id or title, in any case; `RPS` and `rps` mean the same. */
function sortOf(kind: Kind, text: string | undefined): string {
  if (text === undefined) return kind.sort;
  const [, sign = '', name = ''] = /^(-?)(.*)$/.exec(text) ?? [];
  const isMeant = (one: string) => one.toLowerCase() === name.toLowerCase();
  const column = kind.columns.find(({ id, title }) => isMeant(id) || isMeant(title));
  return `${sign}${column?.id ?? name}`;
}

function limitOf(args: Arguments): number {
  const text = args.text('limit');
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1)
    throw usageFailure(`--limit cannot be "${text}".`, 'Use a whole number of at least 1.');
  return limit;
}
