import { signIn, signOut, whoAmI } from '@portolan/contract/sessions';
import { deleteSessionCookie } from '../../auth/browser-session.ts';
import { deleteAccessToken, sweepAccessTokens } from '../../auth/token-store.ts';
import { sweepLimits } from '../../auth/rate-limit-store.ts';
import { mount, mountWithoutTransaction } from '../../http/mount.ts';
import type { CreateCapability } from '../../platform.ts';
import { signInWithPassword } from './service.ts';
import { readAccount } from '../accounts/store.ts';

const SWEEP_MS = 15 * 60_000;

/** Routes for signing in and out, and for the signed-in account. */
export const sessions: CreateCapability = ({ db, config }) => ({
  routes(api) {
    mountWithoutTransaction(api, signIn, ({ body, remoteAddress, userAgent, origin }) =>
      signInWithPassword(api, { ...body, remoteAddress, userAgent, origin }),
    );
    mount(api, signOut, async ({ principal: { account, token }, context }, { tx, audit }) => {
      await deleteAccessToken(tx, account.id, token.id);
      if (context.req.header('cookie') !== undefined) deleteSessionCookie(context, config);
      audit({ action: 'session.end', target: { kind: 'session', id: token.id, name: account.email } });
    });
    mount(api, whoAmI, ({ principal }, { tx }) => readAccount(tx, principal.account, principal.confinedTo));
  },
  jobs: [
    { name: 'sessions.sweep', everyMs: SWEEP_MS, run: () => sweepAccessTokens(db) },
    { name: 'rate-limits.sweep', everyMs: SWEEP_MS, run: () => sweepLimits(db) },
  ],
});
