import { z } from 'zod';
import { name, timestamp, workspaceParams } from './list.ts';
import { ROLES } from './permissions.ts';
import { defineRoute } from './route.ts';

export const workspace = z.object({
  id: z.string(),
  name,
  /** What the caller is in it. */
  role: z.enum(ROLES),
  revision: z.number().int(),
  createdAt: timestamp,
});
export type Workspace = z.infer<typeof workspace>;

const tag = 'Workspaces';

export const createWorkspace = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces',
  permission: 'signed-in',
  summary: 'Create a workspace; its creator becomes its owner',
  tag,
  body: z.object({
    name,
    id: z
      .string()
      .regex(
        /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/,
        'needs lower-case letters, digits and dashes, at most 32',
      )
      .optional()
      .describe('What paths and people use; made from the name when absent'),
  }),
  response: workspace,
  status: 201,
  errors: ['already-exists'],
});
export const getWorkspace = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}',
  permission: 'workspace.read',
  summary: 'Get a workspace',
  tag,
  params: workspaceParams,
  response: workspace,
  status: 200,
});
export const renameWorkspace = defineRoute({
  method: 'PATCH',
  path: '/api/v1/workspaces/{workspace}',
  permission: 'workspace.write',
  summary: 'Rename a workspace',
  tag,
  params: workspaceParams,
  body: z.object({ name }),
  response: workspace,
  status: 200,
});
export const deleteWorkspace = defineRoute({
  method: 'DELETE',
  path: '/api/v1/workspaces/{workspace}',
  permission: 'workspace.delete',
  summary: 'Delete a workspace with everything in it, but its audit',
  tag,
  params: workspaceParams,
  query: z.object({ confirm: z.string().describe('Id of the workspace, typed again') }),
  status: 204,
});
