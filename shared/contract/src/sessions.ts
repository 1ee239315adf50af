import { z } from 'zod';
import { email, timestamp } from './list.ts';
import { ROLES } from './permissions.ts';
import { defineRoute } from './route.ts';

export const membership = z.object({ workspace: z.string(), name: z.string(), role: z.enum(ROLES) });

export const account = z.object({
  id: z.string(),
  email,
  name: z.string(),
  workspaces: z.array(membership),
});
export type Account = z.infer<typeof account>;

export const signIn = defineRoute({
  method: 'POST',
  path: '/api/v1/sessions',
  permission: 'public',
  summary: 'Sign in with e-mail and password',
  tag: 'Sessions',
  body: z.object({
    email: z.string().max(254),
    password: z.string().max(1024),
    code: z.string().max(64).optional(),
  }),
  response: z.object({ token: z.string(), expiresAt: timestamp, account }),
  status: 201,
  errors: ['wrong-credentials', 'second-factor-required', 'too-many-requests'],
});

export const signOut = defineRoute({
  method: 'DELETE',
  path: '/api/v1/sessions/current',
  permission: 'signed-in',
  summary: 'End this session',
  tag: 'Sessions',
  status: 204,
});

export const whoAmI = defineRoute({
  method: 'GET',
  path: '/api/v1/account',
  permission: 'signed-in',
  summary: 'The signed-in account and its workspaces',
  tag: 'Sessions',
  response: account,
  status: 200,
});
