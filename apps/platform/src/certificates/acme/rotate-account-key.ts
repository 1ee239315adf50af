import type { IssuerConfig } from '../../acme-config.ts';
import { sharedSecret, type SharedSecrets } from '../../secrets/shared-secret.ts';
import { deleteSecret, replaceSecret } from '../../secrets/store.ts';
import { accountKeyName } from './account-key-name.ts';
import { AcmeClient } from './acme-client.ts';
import { generateAccountKey, openAccountKey } from './account-key.ts';
import { httpsTransport } from './transport.ts';

/**
 * Replaces the key of the account at an authority (RFC 8555 §7.3.5). The new key is stored before the authority is told: after a
 * crash, the next call goes on with that one. Returns the URL of the account; null when there is none yet.
 */
export async function rotateAccountKey(
  secrets: SharedSecrets,
  config: IssuerConfig,
  signal: AbortSignal,
): Promise<string | null> {
  const name = accountKeyName(config.directory);
  const [pem, nextPem] = await Promise.all(
    [name, `${name}:next`].map((each) => sharedSecret(secrets, each, async () => generateAccountKey())),
  );
  const { send, close } = httpsTransport(config.ca);
  const { directory, email, externalAccount } = config;
  const clientFor = async (key = '') =>
    new AcmeClient({ directory, send, key: await openAccountKey(key), email, externalAccount });
  try {
    const [current, next] = [await clientFor(pem), await clientFor(nextPem)];
    const changed = await next.findAccount(signal);
    const account = changed ?? (await current.findAccount(signal));
    if (changed === null && account !== null) await current.changeKey(next.key, signal);
    const sealed = secrets.sealer.seal(nextPem ?? '', `platform:${name}`);
    await replaceSecret(secrets.db, { name, sealed });
    await deleteSecret(secrets.db, `${name}:next`);
    return account;
  } finally {
    await close();
  }
}
