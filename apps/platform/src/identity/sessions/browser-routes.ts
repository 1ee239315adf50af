import { keepBrowserSession, startBrowserSession } from '@portolan/contract/browser-sessions';
import { requireSameOrigin, setSessionCookie } from '../../auth/browser-session.ts';
import { mount, mountWithoutTransaction } from '../../http/mount.ts';
import type { CreateCapability } from '../../platform.ts';
import { readAccount } from '../accounts/store.ts';
import { signInWithPassword } from './service.ts';
import { AppError } from '../../app-error.ts';

/** Routes with which the console signs a browser in. Signing out is that of every session. */
export const browserSessions: CreateCapability = ({ config }) => ({
  routes(api) {
    mountWithoutTransaction(api, startBrowserSession, async (call) => {
      // Otherwise another page could sign its visitors in as someone else.
      requireSameOrigin(call.context);
      const { body, remoteAddress, userAgent } = call;
      const attempt = { ...body, remoteAddress, userAgent, origin: 'web' };
      const { token, expiresAt, account } = await signInWithPassword(api, attempt);
      const kept = { token, expiresAt: new Date(expiresAt) };
      setSessionCookie(call.context, config, kept);
      return { account, expiresAt };
    });
    mount(api, keepBrowserSession, async ({ principal, context }, { tx, audit }) => {
      requireSameOrigin(context);
      const { id, kind, expiresAt } = principal.token;
      const token = /^Bearer (\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
      if (token === undefined || kind !== 'session') {
        throw new AppError('not-allowed', 'Only the session of a sign-in can be kept in a cookie.', {
          fix: 'Sign in at the console.',
        });
      }
      setSessionCookie(context, config, { token, expiresAt });
      audit({ action: 'session.keep', target: { kind: 'session', id, name: principal.account.email } });
      const account = await readAccount(tx, principal.account, principal.confinedTo);
      return { account, expiresAt: expiresAt.toISOString() };
    });
  },
});
