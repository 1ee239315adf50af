import { eq } from 'drizzle-orm';
import * as contract from '@portolan/contract/second-factor';
import { checkPassword } from '../../auth/password.ts';
import { enforceRateLimit } from '../../auth/rate-limit.ts';
import {
  contextOf,
  newSeed,
  passSecondFactor,
  replaceRecoveryCodes,
  useCode,
  wrongCode,
} from './second-factor.ts';
import { accounts } from './schema.ts';
import { recoveryCodes } from '../../auth/schema.ts';
import { AppError } from '../../app-error.ts';
import { mountWithoutTransaction } from '../../http/mount.ts';
import type { Api, CreateCapability } from '../../platform.ts';

/** Setting up and removing an account's second factor. */
export const secondFactor: CreateCapability = () => ({
  routes(api) {
    mountWithoutTransaction(api, contract.beginSecondFactor, async ({ principal, body }, transact) => {
      const account = await prove(api, principal.account.id, body.password);
      const { seed, uri } = newSeed(account.email);
      await transact(async ({ tx, audit }) => {
        const totpPending = api.sealer.seal(seed, contextOf(account.id));
        await tx.update(accounts).set({ totpPending }).where(eq(accounts.id, account.id));
        audit({ action: 'second-factor.begin', target: targetOf(account) });
      });
      return { secret: seed, uri };
    });
    mountWithoutTransaction(api, contract.confirmSecondFactor, async ({ principal, body }, transact) => {
      const account = await readAccount(api, principal.account.id);
      if (account.totpPending === null) {
        throw new AppError('conflict', 'No second factor waits to be confirmed.', {
          fix: 'Begin to set one up first.',
        });
      }
      const seed = api.sealer.open(account.totpPending, contextOf(account.id));
      if (!(await useCode(api.db, account, { seed, code: body.code }))) throw wrongCode();
      return transact(async ({ tx, audit }) => {
        const change = { totpSecret: account.totpPending, totpPending: null };
        await tx.update(accounts).set(change).where(eq(accounts.id, account.id));
        audit({ action: 'second-factor.confirm', target: targetOf(account) });
        return { recoveryCodes: await replaceRecoveryCodes(tx, account.id) };
      });
    });
    mountWithoutTransaction(api, contract.removeSecondFactor, async ({ principal, body }, transact) => {
      const account = await prove(api, principal.account.id, body.password);
      await passSecondFactor(api, account, body.code);
      await transact(async ({ tx, audit }) => {
        const change = { totpSecret: null, totpPending: null, totpStep: null };
        await tx.update(accounts).set(change).where(eq(accounts.id, account.id));
        await tx.delete(recoveryCodes).where(eq(recoveryCodes.accountId, account.id));
        audit({ action: 'second-factor.remove', target: targetOf(account) });
      });
    });
  },
});

type AccountRow = typeof accounts.$inferSelect;

async function prove(api: Api, accountId: string, password: string): Promise<AccountRow> {
  const account = await readAccount(api, accountId);
  if (await checkPassword(account.passwordHash, password)) return account;
  throw new AppError('wrong-credentials', 'The password is wrong.', { fix: 'Type it again.' });
}

async function readAccount({ db }: Api, accountId: string): Promise<AccountRow> {
  await enforceRateLimit(db, [{ key: `second-factor:${accountId}`, burst: 10, everySeconds: 15 }]);
  const [account] = await db.select().from(accounts).where(eq(accounts.id, accountId));
  if (!account) throw new Error('signed in without an account');
  return account;
}

function targetOf({ id, email }: AccountRow): { kind: string; id: string; name: string } {
  return { kind: 'account', id, name: email };
}
