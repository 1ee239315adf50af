import { z } from 'zod';
import { name, workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';

/** An APIPortal, and where it is. */
export const portal = z.object({
  name: z.string(),
  /** Empty for portals of generation v2, which belong to no namespace. */
  namespace: z.string(),
  cluster: name,
  title: z.string(),
  urls: z.array(z.string()),
  /** APIs it shows to those who may use them. */
  apis: z.number().int(),
  /** How many things are wrong with the portal itself. */
  problems: z.number().int(),
});
export type Portal = z.infer<typeof portal>;

export const listPortals = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/portals',
  permission: 'resources.read',
  summary: 'API portals of all clusters, and their addresses',
  tag: 'Portals',
  params: workspaceParams,
  response: z.object({ items: z.array(portal) }),
  status: 200,
});

export const previewPortal = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/portals/{portal}/preview',
  permission: 'users.write',
  summary:
    'Create a link that shows a portal as a user sees it, for one minute; nothing can be changed there',
  tag: 'Portals',
  params: workspaceParams.extend({ portal: z.string().describe('Name, or NAMESPACE/NAME') }),
  body: z.object({
    user: z.string().describe('Id or e-mail of the user'),
    cluster: z.string().optional().describe('Id or name, where several have a portal of this name'),
  }),
  response: z.object({ url: z.string(), expiresAt: z.iso.datetime() }),
  status: 201,
  errors: ['conflict'],
});
