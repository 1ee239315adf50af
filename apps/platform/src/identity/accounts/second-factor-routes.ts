import * as contract from '@portolan/contract/second-factor';
import { AppError } from '../../app-error.ts';
import { clientOf, enforceRateLimit } from '../../auth/rate-limit.ts';
import { mountWithoutTransaction } from '../../http/mount.ts';
import type { CreateCapability } from '../../platform.ts';
import { confirmCredentials } from '../sessions/credentials.ts';
import { contextOf, newSeed, replaceRecoveryCodes, useCode, wrongCode } from './second-factor.ts';
import { deleteRecoveryCodes, findAccount, updateAccount, type AccountRow } from './store.ts';

/** Routes that set up, replace and remove the account's second factor. */
export const secondFactor: CreateCapability = () => ({
  routes(api) {
    mountWithoutTransaction(api, contract.beginSecondFactor, async (call, transact) => {
      const { principal, body, remoteAddress, origin } = call;
      // Replacing a second factor requires the present one: a session and a password alone must not be enough.
      const proof = { ...body, remoteAddress, origin, factor: true };
      const account = await confirmCredentials(api, principal.account.id, proof);
      const { seed, uri } = newSeed(account.email);
      await transact(async ({ tx, audit }) => {
        await updateAccount(tx, account.id, { totpPending: api.sealer.seal(seed, contextOf(account.id)) });
        audit({ action: 'second-factor.begin', target: targetOf(account) });
      });
      return { secret: seed, uri };
    });
    mountWithoutTransaction(api, contract.confirmSecondFactor, async (call, transact) => {
      const { principal, body, remoteAddress } = call;
      const key = `confirm:${principal.account.id}`;
      await enforceRateLimit(api.db, clientOf(remoteAddress), [{ key, burst: 10, everySeconds: 15 }]);
      const account = await findAccount(api.db, principal.account.id);
      if (!account) throw new Error('session has no account');
      if (account.totpPending === null) {
        throw new AppError('conflict', 'No second factor is waiting for confirmation.', {
          fix: 'Start the setup of a second factor first.',
        });
      }
      const seed = api.sealer.open(account.totpPending, contextOf(account.id));
      if (!(await useCode(api.db, account, { seed, code: body.code }))) throw wrongCode();
      return transact(async ({ tx, audit }) => {
        await updateAccount(tx, account.id, { totpSecret: account.totpPending, totpPending: null });
        audit({ action: 'second-factor.confirm', target: targetOf(account) });
        return { recoveryCodes: await replaceRecoveryCodes(tx, account.id) };
      });
    });
    mountWithoutTransaction(api, contract.removeSecondFactor, async (call, transact) => {
      const { principal, body, remoteAddress, origin } = call;
      const proof = { ...body, remoteAddress, origin, factor: true };
      const account = await confirmCredentials(api, principal.account.id, proof);
      await transact(async ({ tx, audit }) => {
        await updateAccount(tx, account.id, { totpSecret: null, totpPending: null, totpStep: null });
        await deleteRecoveryCodes(tx, account.id);
        audit({ action: 'second-factor.remove', target: targetOf(account) });
      });
    });
  },
});

function targetOf({ id, email }: AccountRow): { kind: string; id: string; name: string } {
  return { kind: 'account', id, name: email };
}
