import type { Account } from '@portolan/contract/sessions';
import type { Kind, Session } from './kind.ts';
import { wholeList } from './whole-list.ts';

/** A workspace the account is a member of. */
export interface WorkspaceRow {
  readonly id: string;
  readonly name: string;
  readonly role: Account['workspaces'][number]['role'];
  readonly isCurrent: boolean;
}

/** Workspaces of the signed-in account. */
export const workspaces: Kind<WorkspaceRow> = {
  name: 'workspaces',
  singular: 'workspace',
  title: 'Workspaces',
  aliases: ['workspace'],
  topics: ['members'],
  sort: 'id',
  empty: 'You are not a member of any workspace. Press n to create one.',
  columns: [
    { id: 'current', title: 'CURRENT', type: 'text', value: (row) => (row.isCurrent ? '*' : '') },
    { id: 'id', title: 'ID', type: 'text', value: (row) => row.id, min: 8, max: 40 },
    { id: 'name', title: 'NAME', type: 'text', value: (row) => row.name, min: 8, max: 40 },
    { id: 'role', title: 'ROLE', type: 'text', value: (row) => row.role },
  ],
  id: (row) => row.id,
  label: (row) => row.id,
  fetch: ({ account, workspace }, query) =>
    Promise.resolve(wholeList(workspaces, rowsOf(account, workspace), query)),
  tabs: (row) => [
    {
      id: 'overview',
      title: 'Overview',
      blocks: [
        {
          type: 'fields',
          rows: [
            ['Name', row.name],
            ['ID', row.id],
            ['Your role', row.role],
          ],
        },
      ],
    },
  ],
};

function rowsOf(account: Account, current: string): readonly WorkspaceRow[] {
  return account.workspaces.map(({ workspace: id, name, role }) => ({
    id,
    name,
    role,
    isCurrent: id === current,
  }));
}

/** Returns the workspace of the session as a row. */
export function currentWorkspaces({ account, workspace }: Session): readonly WorkspaceRow[] {
  return rowsOf(account, workspace).filter(({ isCurrent }) => isCurrent);
}
