import type { AgentLogger } from '../../logger.ts';
import type { OwnSecret } from '../../kubernetes/own-secret.ts';
import type { CredentialFiles } from '../../platform/link/credential-files.ts';

/**
 * Keeps the credential in a Secret that all replicas of the agent share, and a copy on disk for while the API server is away. A
 * replica with an empty disk has the credential of the others.
 */
export function clusterCredentialFiles(
  secret: OwnSecret,
  disk: CredentialFiles,
  log: AgentLogger,
): CredentialFiles {
  let isAway = false;
  const warn = (error: unknown): void => {
    if (!isAway)
      log.warn(
        { event: 'credential.secret-away', error: String(error) },
        'The Secret with the credential of this agent cannot be used; the copy on disk is.',
      );
    isAway = true;
  };
  return {
    async load(file) {
      const copy = await disk.load(file);
      try {
        const kept = (await secret.read())?.get(file);
        isAway = false;
        if (kept !== undefined) {
          const text = kept.toString();
          if (text !== copy) await disk.update(file, () => text);
          return text;
        }
        // From before there was a Secret.
        if (copy !== null) await secret.update(file, (current) => current ?? Buffer.from(copy));
      } catch (error) {
        warn(error);
      }
      return copy;
    },
    async update(file, change) {
      const kept = await secret.update(file, (current) => Buffer.from(change(current?.toString() ?? null)));
      const text = kept.toString();
      await disk.update(file, () => text);
      return text;
    },
  };
}
