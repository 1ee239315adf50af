import { leaveWorkspace } from '@portolan/contract/members';
import type { Account } from '@portolan/contract/sessions';
import { createWorkspace, deleteWorkspace, renameWorkspace } from '@portolan/contract/workspaces';
import { usageFailure } from '@portolan/console/failure';
import type { Column } from '@portolan/console/kinds/kind';
import { confirm } from '../confirm.ts';
import { connect } from '../connect.ts';
import { platformFlags, resultOutputFlag, yesFlag } from '../flags.ts';
import { print } from '../io.ts';
import { noWords, oneWord } from '../read-words.ts';
import { report } from '../result.ts';
import { Table } from '../table.ts';
import { plainTheme } from '../terminal.ts';
import type { Verb } from '../verb.ts';

type Row = Account['workspaces'][number] & { readonly isCurrent: boolean };

const columns: readonly Column<Row>[] = [
  { id: 'current', title: 'CURRENT', type: 'text', value: (row) => (row.isCurrent ? '*' : '') },
  { id: 'id', title: 'ID', type: 'text', value: (row) => row.workspace },
  { id: 'name', title: 'NAME', type: 'text', value: (row) => row.name },
  { id: 'role', title: 'ROLE', type: 'text', value: (row) => row.role },
];

export const workspaceListVerb: Verb = {
  usage: '',
  flags: {
    output: {
      type: 'string',
      short: 'o',
      value: 'FORMAT',
      choices: ['table', 'name', 'json'],
      help: 'table, name or json',
    },
    'no-headers': { type: 'boolean', help: 'the table without its first line' },
    ...platformFlags,
  },
  async run(args, io) {
    noWords(args, 'portolan workspace list');
    const { account, workspace } = await connect(args, io);
    const rows = account.workspaces.map((one) => ({ ...one, isCurrent: one.workspace === workspace }));
    const output = args.text('output');
    if (output === 'json') print(io, JSON.stringify(account.workspaces, null, 2));
    else if (output === 'name') print(io, rows.map((row) => row.workspace).join('\n'));
    else {
      const hasHead = !args.has('no-headers');
      print(io, new Table({ columns, theme: plainTheme(io), now: Date.now(), hasHead }).add(rows).join('\n'));
    }
    return 0;
  },
};

export const createWorkspaceVerb: Verb = {
  usage: 'NAME',
  details: 'You become its owner. `portolan config set-context --current --workspace ID` switches to it.',
  examples: ['portolan create workspace Staging --id staging'],
  flags: {
    id: { type: 'string', value: 'ID', help: 'what paths and people use; made from the name when absent' },
    ...resultOutputFlag,
    ...platformFlags,
  },
  async run(args, io) {
    const wanted = oneWord(args, 'Which name?', 'portolan create workspace NAME');
    const { client } = await connect(args, io);
    const id = args.text('id');
    const made = await client.call(createWorkspace, {
      body: { name: wanted, ...(id === undefined ? {} : { id }) },
    });
    const name = `workspace/${made.id}`;
    await report(io, args, { line: `${name} created`, name, object: made });
    return 0;
  },
};

export const workspaceRenameVerb: Verb = {
  usage: 'NEW-NAME',
  details: 'Of the current workspace; its id stays.',
  flags: platformFlags,
  async run(args, io) {
    const name = oneWord(args, 'Which name?', 'portolan workspace rename NEW-NAME');
    const { client, workspace } = await connect(args, io);
    await client.call(renameWorkspace, { params: { workspace }, body: { name } });
    print(io, `workspace/${workspace} renamed to ${name}`);
    return 0;
  },
};

export const workspaceLeaveVerb: Verb = {
  usage: '',
  details: 'The current one. The last owner cannot.',
  flags: { ...yesFlag, ...platformFlags },
  async run(args, io) {
    noWords(args, 'portolan workspace leave');
    const { client, workspace, account } = await connect(args, io);
    await confirm(io, `${account.email} can no longer see workspace ${workspace}.`, args.has('yes'));
    await client.call(leaveWorkspace, { params: { workspace } });
    print(io, `workspace/${workspace} left`);
    return 0;
  },
};

export const workspaceDeleteVerb: Verb = {
  usage: 'ID',
  details: 'With everything in it but its audit; the id says which is meant, whatever the current one is.',
  flags: { ...yesFlag, ...platformFlags },
  async run(args, io) {
    const id = oneWord(args, 'Which workspace?', 'portolan workspace delete ID');
    const { client, account } = await connect(args, io);
    if (!account.workspaces.some(({ workspace }) => workspace === id))
      throw usageFailure(
        `There is no workspace "${id}" for ${account.email}.`,
        'List them: portolan workspace list',
      );
    await confirm(
      io,
      `This deletes workspace ${id} with its users, keys, clusters and all else.`,
      args.has('yes'),
    );
    await client.call(deleteWorkspace, { params: { workspace: id }, query: { confirm: id } });
    print(io, `workspace/${id} deleted`);
    return 0;
  },
};
