import { leaveWorkspace } from '@portolan/contract/members';
import { updateSettings } from '@portolan/contract/settings';
import { createWorkspace, deleteWorkspace } from '@portolan/contract/workspaces';
import { z } from 'zod';
import { workspaces } from '../kinds/workspaces.ts';
import { defineAction, stepsFor } from './action.ts';
import { optionalText, text } from './input.ts';

export const workspaceCreate = defineAction({
  id: 'workspaces.create',
  title: 'New workspace',
  button: 'Create',
  done: 'created',
  details: 'You become its owner.',
  permission: 'signed-in',
  danger: 0,
  kind: workspaces,
  takes: 'none',
  keys: ['n'],
  inputs: z.object({
    name: text({ label: 'Name', value: 'NAME', help: 'such as Staging' }),
    id: optionalText({ label: 'ID', value: 'ID', help: 'used in paths; made from the name by default' }),
  }),
  plan: ({ client }, _rows, { name, id }) => ({
    steps: [
      {
        name,
        async run() {
          const made = await client.call(createWorkspace, {
            body: { name, ...(id === undefined ? {} : { id }) },
          });
          return { name: made.id, object: made };
        },
      },
    ],
  }),
});

export const workspaceRename = defineAction({
  id: 'workspaces.rename',
  title: 'Rename the workspace',
  button: 'Rename',
  done: 'renamed',
  permission: 'workspace.write',
  danger: 0,
  kind: workspaces,
  takes: 'one',
  keys: ['i', 'e'],
  initial: (_session, row) => ({ name: row.name }),
  inputs: z.object({ name: text({ label: 'New name', value: 'NAME', help: 'the new name; its ID stays' }) }),
  plan: ({ client }, rows, { name }) => {
    const rename = (id: string, to: string) =>
      client.call(updateSettings, { params: { workspace: id }, body: { name: to, dryRun: false } });
    return {
      steps: stepsFor(
        rows,
        (row) => row.id,
        async (row) => ({ object: await rename(row.id, name), note: `It is now called ${name}.` }),
      ),
      undo: {
        title: `Rename it back to ${rows.map((row) => row.name).join(', ')}`,
        done: 'renamed',
        steps: stepsFor(
          rows,
          (row) => row.id,
          async (row) => ({ object: await rename(row.id, row.name), note: `It is now called ${row.name}.` }),
        ),
      },
    };
  },
});

export const workspaceLeave = defineAction({
  id: 'workspaces.leave',
  title: 'Leave the workspace',
  button: 'Leave',
  done: 'left',
  details: 'The last owner cannot leave.',
  permission: 'signed-in',
  danger: 2,
  kind: workspaces,
  takes: 'one',
  inputs: z.object({}),
  plan: ({ client, account }, rows) => ({
    lines: rows.map((row) => `${account.email} loses access to workspace ${row.id}.`),
    steps: stepsFor(
      rows,
      (row) => row.id,
      async (row) => {
        await client.call(leaveWorkspace, { params: { workspace: row.id } });
      },
    ),
  }),
});

export const workspaceDelete = defineAction({
  id: 'workspaces.delete',
  title: 'Delete the workspace',
  button: 'Delete',
  done: 'deleted',
  details: 'Deletes everything in it except its audit log.',
  permission: 'workspace.delete',
  danger: 3,
  kind: workspaces,
  takes: 'one',
  keys: ['D'],
  inputs: z.object({}),
  plan: ({ client }, rows) => ({
    lines: [
      {
        tone: 'bad',
        text: 'Its users, groups, API keys, clusters and all other data are deleted; only its audit log stays. This cannot be undone.',
      },
    ],
    steps: stepsFor(
      rows,
      (row) => row.id,
      async (row) => {
        await client.call(deleteWorkspace, { params: { workspace: row.id }, query: { confirm: row.id } });
      },
    ),
  }),
});
