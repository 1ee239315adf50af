import { z } from 'zod';
import { sharedSecret, type SharedSecrets } from '../secrets/shared-secret.ts';
import {
  createAuthority,
  openAuthority,
  type Authority,
  type AuthorityKeys,
} from '@portolan/process/certificate-authority';

const authorityKeys = z.object({ cert: z.string(), key: z.string() });

interface SharedAuthorityOptions {
  readonly secrets: SharedSecrets;
  /** Name of the secret in the database. */
  readonly name: string;
  readonly commonName: string;
  /** Returns an authority to take over instead of creating one. */
  readonly findFormer?: () => Promise<AuthorityKeys | null>;
  readonly onOpen?: (keys: AuthorityKeys) => Promise<void>;
}

/** Returns a function that opens an authority at first need; all replicas use the same, sealed in the database. */
export function sharedAuthority(options: SharedAuthorityOptions): () => Promise<Authority> {
  let opening: Promise<Authority> | null = null;
  return () => {
    opening ??= open(options).catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };
}

async function open({
  secrets,
  name,
  commonName,
  findFormer,
  onOpen,
}: SharedAuthorityOptions): Promise<Authority> {
  const text = await sharedSecret(secrets, name, async () =>
    JSON.stringify((await findFormer?.()) ?? (await createAuthority(commonName))),
  );
  const keys = authorityKeys.parse(JSON.parse(text));
  await onOpen?.(keys);
  return openAuthority(keys);
}
