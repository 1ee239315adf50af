import { groupImport, userImport, allGroups, allUsers } from '@portolan/console/actions/people-import';
import { formatGroups, formatUsers, PEOPLE_FORMATS } from '@portolan/console/actions/people-file';
import { usageFailure } from '@portolan/console/failure';
import { readFile } from 'node:fs/promises';
import { printOutcome, showPlan, warnOrConfirm } from '../action-verb.ts';
import { connect } from '../connect.ts';
import { dryRunFlag, platformFlags } from '../flags.ts';
import { readAll, tell, writeData, type Io } from '../../terminal/io.ts';
import { cellOf } from '@portolan/console/kinds/block';
import { oneOf } from '../read-words.ts';
import type { Verb } from '../verb.ts';

const KINDS = ['users', 'groups'] as const;
const formatFlag = {
  format: {
    type: 'string',
    value: 'FORMAT',
    choices: PEOPLE_FORMATS,
    help: 'csv or yaml; by the name of the file by default',
  },
} as const;

export const exportVerb: Verb = {
  usage: 'users|groups',
  details:
    'Writes what `portolan import` reads: email, firstName, lastName, company, groups and state, or name.',
  examples: ['portolan export users > users.csv', 'portolan export users -o yaml > users.yaml'],
  complete: [KINDS],
  flags: {
    output: {
      type: 'string',
      short: 'o',
      value: 'FORMAT',
      choices: PEOPLE_FORMATS,
      help: 'csv or yaml; csv by default',
    },
    ...platformFlags,
  },
  async run(args, io) {
    const kind = oneOf(KINDS, args.words[0], 'kind that can be exported');
    const format = oneOf(PEOPLE_FORMATS, args.text('output') ?? 'csv', 'format');
    const session = await connect(args, io);
    writeData(
      io,
      kind === 'users'
        ? formatUsers(await allUsers(session), format)
        : formatGroups(await allGroups(session), format),
    );
    return 0;
  },
};

export const importVerb: Verb = {
  usage: 'users FILE|-\ngroups FILE|-',
  details: [
    userImport.details,
    'The file is checked as a whole first. `portolan get users -o yaml` is read as well.',
  ].join(' '),
  examples: [
    'portolan import users team.csv --dry-run',
    'portolan import users team.csv --create-group',
    'portolan get users -o yaml --workspace staging | portolan import users -',
  ],
  actions: [userImport, groupImport],
  complete: [KINDS, 'files'],
  flags: {
    ...formatFlag,
    'create-group': { type: 'boolean', help: 'create groups that do not exist yet' },
    ...dryRunFlag,
    ...platformFlags,
  },
  async run(args, io) {
    const [word, file, extra] = args.words;
    const kind = oneOf(KINDS, word, 'kind that can be imported');
    if (file === undefined || extra !== undefined)
      throw usageFailure('One file is needed.', `portolan import ${kind} FILE`);
    const content = await readContent(file, io);
    const format =
      args.text('format') ?? (/\.csv$/i.test(file) || looksLikeCsv(file, content) ? 'csv' : 'yaml');
    const action = kind === 'users' ? userImport : groupImport;
    const session = await connect(args, io);
    const plan = await action.plan(session, [], { content, format, createGroup: args.has('create-group') });
    if (args.has('dry-run')) return showPlan(io, action, plan);
    await warnOrConfirm(io, args, { plan, session });
    for (const step of plan.steps) await printOutcome(io, args, { action, outcome: await step.run() });
    tell(
      io,
      cellOf(plan.lines[0] ?? '')
        .text.replace(/ to create/, ' created')
        .replace(/ to change/, ' changed'),
    );
    return 0;
  },
};

/** Standard input has no name: a first line with commas and no colon is a header of CSV. */
function looksLikeCsv(file: string, content: string): boolean {
  const [first = ''] = content.split('\n');
  return file === '-' && !first.includes(':') && !first.startsWith('-');
}

async function readContent(file: string, io: Io): Promise<string> {
  if (file === '-') return readAll(io.stdin);
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageFailure(`${file} cannot be read (${error.code ?? error.message}).`, 'Check the path.');
  });
}
