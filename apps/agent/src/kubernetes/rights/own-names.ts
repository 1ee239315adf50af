/** The Lease that replicas compete for. */
export const LEASE_NAME = 'portolan-agent';
/** What replicas authenticate to the platform with. */
export const CREDENTIAL_SECRET = 'portolan-agent-credential';
/** What the platform wants, for replicas with an empty disk. */
export const STATE_SECRET = 'portolan-agent-state';
/** Secrets with the keys of APIs, at most. */
export const KEY_SHARDS = 16;

/** Returns the name of a Secret with keys of APIs. */
export function keySecretName(shard: number): string {
  return `portolan-agent-keys-${shard}`;
}

/** All Secrets in the agent's own namespace that it reads and writes. */
export const OWN_SECRETS: readonly string[] = [
  CREDENTIAL_SECRET,
  STATE_SECRET,
  ...Array.from({ length: KEY_SHARDS }, (_, shard) => keySecretName(shard)),
];
