import { usageFailure } from '@portolan/console/failure';
import { allKinds } from '@portolan/console/kinds/all-kinds';
import type { Session } from '@portolan/console/kinds/kind';
import { apis } from '@portolan/console/kinds/apis';
import { resources } from '@portolan/console/kinds/resources';
import { watchTopics } from '@portolan/console/live/events';
import { connect } from '../connect.ts';
import { filterOf, findOnly, placeOf } from '../find-rows.ts';
import { listOutputFlag, namespaceFlag, platformFlags } from '../flags.ts';
import { tell, type Io } from '../../terminal/io.ts';
import { selectorFilter } from '../label-selector.ts';
import { createPrinter } from '../printer.ts';
import { endOfCommand } from '../signals.ts';
import { readTargets, type Target } from '../targets.ts';
import type { Arguments, Verb } from '../verb.ts';

export const getVerb: Verb = {
  usage: 'KIND[,KIND…] [NAME…]\nKIND/NAME…',
  details:
    'Kinds are Portolan’s own and those of Kubernetes (portolan api-resources). Of Kubernetes objects, -o json and -o yaml\nare manifests that `portolan apply -f -` takes.',
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
    'all-namespaces': { type: 'boolean', short: 'A', help: 'of every namespace, which is the default' },
    selector: { type: 'string', short: 'l', value: 'SELECTOR', help: 'only objects with these labels' },
    filter: { type: 'string', value: 'FILTER', help: 'only what matches, e.g. "state=active age<7d"' },
    sort: {
      type: 'string',
      aliases: ['sort-by'],
      value: 'COLUMN',
      help: 'column to sort by, "-" before it for descending',
    },
    limit: { type: 'string', value: 'N', help: 'at most so many' },
    cluster: {
      type: 'string',
      value: 'NAME',
      complete: { of: 'clusters' },
      help: 'only what belongs to one cluster',
    },
    watch: { type: 'boolean', short: 'w', help: 'go on and print again at every change' },
    'no-headers': { type: 'boolean', help: 'tables without their first line' },
    'show-labels': { type: 'boolean', help: 'the labels of objects as a last column' },
    'ignore-not-found': { type: 'boolean', help: 'a name that is not there is no mistake' },
    ...platformFlags,
  },
  async run(args, io) {
    if (args.words.length === 0)
      throw usageFailure(
        'kind',
        `One of: ${allKinds.map((kind) => kind.name).join(', ')}, or a Kubernetes kind (portolan api-resources).`,
      );
    const targets = readTargets(args.words).map((target) => withLabels(target, args));
    limitOf(args);
    const session = await connect(args, io);
    const isData = /^(json|yaml)/.test(args.text('output') ?? '');
    if (targets.length > 1 && isData) {
      await showAll(io, args, session, targets);
      return 0;
    }
    for (const [at, target] of targets.entries()) {
      if (at > 0 && !(args.text('output') ?? '').startsWith('name')) tell(io, '');
      await show(io, args, session, target);
    }
    if (!args.has('watch')) return 0;
    const [target, second] = targets;
    if (target === undefined || second !== undefined)
      throw usageFailure('Only one kind can be watched.', 'Leave the others out.');
    for await (const change of watchTopics(session, target.kind.topics, { signal: endOfCommand() })) {
      if (change.type === 'lost') tell(io, `portolan: ${change.reason} It is tried again.`);
      if (change.type !== 'change') continue;
      if (!isData) tell(io, '');
      await show(io, args, session, target);
    }
    return 0;
  },
};

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
  const isTable = /^(table|wide|custom-columns.*)$/.test(args.text('output') ?? 'table');
  if (count === 0 && isTable && !args.has('ignore-not-found'))
    tell(
      io,
      `No ${target.kind.name === resources.name ? target.what : target.kind.name} ${isNarrowed(args) ? 'match' : 'found'}.`,
    );
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
  let left = limitOf(args);
  let cursor: string | null | undefined;
  while (cursor !== null && left > 0) {
    const page = await target.kind.fetch(session, {
      limit: Math.min(PAGE, left),
      sort: args.text('sort') ?? target.kind.sort,
      ...(filter === '' ? {} : { filter }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield page.items;
    left -= page.items.length;
    cursor = page.next;
  }
}

function limitOf(args: Arguments): number {
  const text = args.text('limit');
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1)
    throw usageFailure(`--limit cannot be "${text}".`, 'Give a whole number from 1.');
  return limit;
}
