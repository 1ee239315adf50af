import { z } from 'zod';
import { timestamp } from './list.ts';
import { defineRoute } from './route.ts';
import { account, signIn } from './sessions.ts';

const started = z.object({ account, expiresAt: timestamp });

/** Signs a browser in: the session is kept in a cookie that scripts cannot read. */
export const startBrowserSession = defineRoute({
  method: 'POST',
  path: '/api/v1/browser-sessions',
  permission: 'public',
  summary: 'Sign a browser in with e-mail and password; the session is kept in a cookie',
  tag: 'Sessions',
  body: signIn.body,
  response: started,
  status: 201,
  errors: signIn.errors,
});

/** Moves the session of an OAuth sign-in, whose token the page holds, into a cookie. */
export const keepBrowserSession = defineRoute({
  method: 'PUT',
  path: '/api/v1/browser-sessions/current',
  permission: 'signed-in',
  summary: 'Keep the session of the bearer token in a cookie',
  tag: 'Sessions',
  response: started,
  status: 200,
});
