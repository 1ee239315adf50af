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

/** Authorities of the admission webhook. */
export const ADMISSION_SECRET = 'portolan-agent-admission';
/** Stands for the namespace of the agent in names that contain it. */
export const OWN_NAMESPACE = 'NAMESPACE';

/** Returns the name of the ValidatingWebhookConfiguration of the agent in a namespace: it is cluster-scoped, and there may be several agents. */
export function webhookName(namespace: string): string {
  return `portolan-agent-${namespace}`;
}

/** Secrets with certificates of custom domains and their keys, at most. */
export const CERTIFICATE_SHARDS = 8;

/** Returns the name of a Secret with certificates of custom domains. */
export function certificateSecretName(shard: number): string {
  return `portolan-agent-certificates-${shard}`;
}

/** All Secrets in the agent's own namespace by which its replicas share state. */
export const OWN_SECRETS: readonly string[] = [
  CREDENTIAL_SECRET,
  STATE_SECRET,
  ...Array.from({ length: KEY_SHARDS }, (_, shard) => keySecretName(shard)),
  ...Array.from({ length: CERTIFICATE_SHARDS }, (_, shard) => certificateSecretName(shard)),
];
