import { createHash } from 'node:crypto';
import type { KubeClient } from '../../kubernetes/client/kube-client.ts';
import { OwnSecret } from '../../kubernetes/own-secret.ts';
import { CERTIFICATE_SHARDS, certificateSecretName } from '../../kubernetes/rights/own-names.ts';
import {
  parseKept,
  requireId,
  type CertificateFiles,
} from '../../platform/certificates/certificate-files.ts';

/**
 * Keeps certificates in Secrets that all replicas of the agent share, so that all serve with the key that one of them made, and a
 * copy on disk for while the API server is away. They are spread over a fixed number of Secrets, for each has a megabyte at most.
 */
export function clusterCertificateFiles(client: KubeClient, disk: CertificateFiles): CertificateFiles {
  const secrets = Array.from(
    { length: CERTIFICATE_SHARDS },
    (_, shard) => new OwnSecret(client, certificateSecretName(shard)),
  );
  const secretOf = (id: string): OwnSecret => {
    const shard = createHash('sha256').update(requireId(id)).digest().readUInt8() % CERTIFICATE_SHARDS;
    const secret = secrets[shard];
    if (secret === undefined) throw new Error(`there is no shard ${shard}`);
    return secret;
  };
  return {
    async load(id) {
      const copy = await disk.load(id);
      if (copy?.chain != null) return copy;
      const kept = parseKept((await secretOf(id).read())?.get(id)?.toString() ?? null);
      if (kept !== null) await disk.update(id, () => kept);
      return kept ?? copy;
    },
    async update(id, change) {
      const text = await secretOf(id).update(id, (current) =>
        Buffer.from(JSON.stringify(change(parseKept(current?.toString() ?? null)))),
      );
      const kept = parseKept(text.toString());
      if (kept === null) throw new Error(`the Secret does not hold certificate ${id}`);
      return disk.update(id, () => kept);
    },
    async remove(id) {
      await secretOf(id).remove(id);
      await disk.remove(id);
    },
    async list() {
      const entries = await Promise.all(secrets.map(async (secret) => (await secret.read())?.keys() ?? []));
      return [...new Set([...entries.flatMap((ids) => [...ids]), ...(await disk.list())])];
    },
  };
}
