import * as contract from '@portolan/contract/access-tokens';
import type { AccessToken } from '@portolan/contract/access-tokens';
import {
  createAccessToken,
  deleteAccessToken,
  deleteOtherSessions,
  listAccessTokens,
  type AccessTokenRow,
} from '../../auth/token-store.ts';
import { hashPassword } from '../../auth/password.ts';
import { clientOf } from '../../auth/rate-limit.ts';
import { AppError, notFound } from '../../app-error.ts';
import { mount, mountWithoutTransaction } from '../../http/mount.ts';
import type { CreateCapability } from '../../platform.ts';
import { confirmCredentials } from '../sessions/credentials.ts';
import { updateAccount } from './store.ts';

const YEAR_MS = 366 * 24 * 3600_000;

/** Routes for the signed-in account: access tokens and password. */
export const account: CreateCapability = () => ({
  routes(api) {
    mount(api, contract.listAccessTokens, async ({ principal }, { tx }) => {
      const rows = await listAccessTokens(tx, principal.account.id);
      return { items: rows.map((row) => tokenView(row, principal.token.id)) };
    });
    mount(api, contract.createAccessToken, async ({ principal, body }, { tx, audit }) => {
      const expiresAt = new Date(body.expiresAt);
      const lifetime = expiresAt.getTime() - Date.now();
      if (lifetime <= 0 || lifetime > YEAR_MS) {
        throw new AppError('invalid-request', 'A token must expire within one year.', {
          fields: [{ field: 'expiresAt', message: 'must be within the next year' }],
        });
      }
      const { id, token } = await createAccessToken(tx, {
        accountId: principal.account.id,
        kind: 'personal',
        name: body.name,
        remoteAddress: null,
        scopes: body.scopes ?? null,
        expiresAt,
      });
      const row = (await listAccessTokens(tx, principal.account.id)).find((one) => one.id === id);
      if (!row) throw new Error('the new access token is not in the list');
      const after = tokenView(row, principal.token.id);
      audit({ action: 'token.create', target: { kind: 'token', id, name: body.name }, after });
      return { ...after, token };
    });
    mount(api, contract.revokeAccessToken, async ({ principal, params }, { tx, audit }) => {
      if (!(await deleteAccessToken(tx, principal.account.id, params.token)))
        throw notFound(`token ${params.token}`);
      audit({ action: 'token.revoke', target: { kind: 'token', id: params.token, name: params.token } });
    });
    mountWithoutTransaction(api, contract.changePassword, async (call, transact) => {
      const { principal, body, remoteAddress, origin } = call;
      const { id, email } = principal.account;
      const proof = { password: body.current, remoteAddress, origin, factor: false };
      await confirmCredentials(api, id, proof);
      const passwordHash = await hashPassword(body.next, clientOf(remoteAddress));
      await transact(async ({ tx, audit }) => {
        await updateAccount(tx, id, { passwordHash });
        await deleteOtherSessions(tx, id, principal.token.id);
        audit({ action: 'account.change-password', target: { kind: 'account', id, name: email } });
      });
    });
  },
});

function tokenView(row: AccessTokenRow, current: string): AccessToken {
  const { id, kind, name, scopes, remoteAddress } = row;
  return {
    id,
    kind,
    name,
    scopes,
    remoteAddress,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt.toISOString(),
    current: id === current,
  };
}
