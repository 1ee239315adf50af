import type { AgentLogger } from '../../logger.ts';
import type { KubeClient } from '../../kubernetes/client/kube-client.ts';
import { OwnSecret } from '../../kubernetes/own-secret.ts';
import { CREDENTIAL_SECRET } from '../../kubernetes/rights/own-names.ts';
import type { SharedState } from '../../platform/connection.ts';
import { diskCredentialFiles } from '../../platform/link/credential-files.ts';
import { diskCertificateFiles } from '../../platform/certificates/certificate-files.ts';
import { clusterCertificateFiles } from './cluster-certificate-files.ts';
import { clusterCredentialFiles } from './cluster-credential-files.ts';
import { loadKeptState } from './state-secrets.ts';

/** Returns what the replicas of an agent share through Secrets of its namespace. */
export function sharedState(client: KubeClient, stateDir: string, log: AgentLogger): SharedState {
  const secret = new OwnSecret(client, CREDENTIAL_SECRET);
  return {
    credentials: clusterCredentialFiles(secret, diskCredentialFiles(stateDir), log),
    certificates: clusterCertificateFiles(client, diskCertificateFiles(stateDir)),
    loadDesired: () => loadKeptState(client),
  };
}
