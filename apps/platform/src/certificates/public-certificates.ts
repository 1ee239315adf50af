import type { PublicCertificates } from '@portolan/contract/certificates';
import { createHash } from 'node:crypto';
import type { Queries } from '../db/database.ts';
import { listClusterChallenges } from './orders/challenge-store.ts';
import { listOfCluster } from './orders/order-store.ts';

/** Returns what agents of a cluster need for the certificates of public authorities. */
export async function publicCertificatesOf(db: Queries, clusterId: string): Promise<PublicCertificates> {
  const rows = await listOfCluster(db, clusterId);
  const challenges = await listClusterChallenges(db, clusterId);
  return {
    requests: rows.flatMap(({ requestId, host }) =>
      requestId === null ? [] : [{ id: requestId, hosts: [host] }],
    ),
    // The one before is served until an agent has confirmed the new one.
    issued: rows.flatMap(({ host, current, previous }) =>
      [current, previous].flatMap((issued) =>
        issued === null ? [] : [{ id: issued.requestId, hosts: [host] }],
      ),
    ),
    challenges: challenges.map(({ host, token, keyAuthorization }) => ({
      host,
      token,
      digest: createHash('sha256').update(keyAuthorization).digest('base64url'),
    })),
  };
}
