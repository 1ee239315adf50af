import { createHash } from 'node:crypto';

/** A file of a release. */
export interface Artifact {
  readonly name: string;
  readonly sha256: string;
}

interface BuildSource {
  readonly commit: string;
  readonly version: string;
  readonly lockfile: string;
  readonly node: string;
  /** Identifies who built: a URI; `https://portolan.dev/builders/local` for a machine of a person. */
  readonly builder: string;
}

/**
 * Returns a statement of how the files of a release were made: in-toto Statement v1 with SLSA provenance v1
 * (https://slsa.dev/spec/v1.0/provenance). It is not signed: whoever publishes signs it, for instance with `cosign attest-blob`.
 */
export function makeProvenance(artifacts: readonly Artifact[], source: BuildSource): object {
  const { commit, version, lockfile, node, builder } = source;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: artifacts.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://portolan.dev/build/release/v1',
        externalParameters: { version, command: 'npm run release' },
        internalParameters: { node },
        resolvedDependencies: [
          { uri: 'git+https://portolan.dev/portolan', digest: { gitCommit: commit } },
          { uri: 'package-lock.json', digest: { sha256: sha256Of(lockfile) } },
        ],
      },
      runDetails: { builder: { id: builder } },
    },
  };
}

/** Returns the SHA-256 digest of content in lower-case hex. */
export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
