import { z } from 'zod';
import { email, timestamp, workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';

/** How a one-time link goes to whom it is for: by mail, or by hand of whoever made it. */
export const delivery = z.object({
  mailed: z.boolean(),
  /** Shown this once, when it was not mailed. */
  url: z.string().nullable(),
  /** Why it could not be mailed although a mail server is configured. */
  problem: z.string().nullable(),
});
export type Delivery = z.infer<typeof delivery>;

export const newPassword = z.string().min(12, 'needs at least 12 characters').max(1024);

export const createPasswordLink = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/users/{user}/password-link',
  permission: 'users.write',
  summary: 'Make a one-time link with which a user sets their password; an earlier one stops working',
  tag: 'Users',
  params: workspaceParams.extend({ user: z.string() }),
  response: delivery.extend({ expiresAt: timestamp }),
  status: 201,
  errors: ['owned-elsewhere'],
});

export const setPassword = defineRoute({
  method: 'POST',
  path: '/api/v1/password-links/redeem',
  permission: 'public',
  summary: 'Set the password of a user by a one-time link',
  tag: 'Users',
  body: z.object({ token: z.string().max(200), password: newPassword }),
  response: z.object({ email }),
  status: 200,
  errors: ['gone', 'too-many-requests'],
});
