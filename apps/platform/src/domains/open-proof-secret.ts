import { randomBytes } from 'node:crypto';
import { sharedSecret, type SharedSecrets } from '../secrets/shared-secret.ts';
import { ProofSecret } from './proof.ts';

/** Opens the secret that names and proofs of domains are derived from; created at first need, the same for all replicas. */
export async function openProofSecret(secrets: SharedSecrets): Promise<ProofSecret> {
  const create = async () => randomBytes(32).toString('base64url');
  return new ProofSecret(await sharedSecret(secrets, 'domain-proofs', create));
}
